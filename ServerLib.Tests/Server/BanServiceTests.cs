using Microsoft.Extensions.DependencyInjection;
using Moq;
using ServerLib.Bans;
using ServerLib.Server;

namespace ServerLib.Tests.Server;

[TestClass]
public sealed class BanServiceTests
{
    [TestMethod]
    public async Task A_ban_waits_for_the_removal_of_the_same_ban()
    {
        var removed = new TaskCompletionSource<bool>();
        var database = new Mock<IBanDatabase>();
        database.Setup(d => d.RemoveBanAsync("spammer", It.IsAny<CancellationToken>())).Returns(new ValueTask<bool>(removed.Task));
        await using ServiceProvider services = new ServiceCollection().BuildServiceProvider();
        ServerContext context = TestContexts.Create(new ServerOptions(), services, TimeProvider.System, database.Object);
        var bans = new BanService(new BanList(TimeProvider.System), new ConnectionRegistry(), context, TestEvents.Create());
        await bans.BanAsync(new Ban("spammer", Reason: "old"), "", default);

        Task<bool> removing = bans.UnbanAsync("spammer", "", "", default).AsTask();
        Task<int> adding = bans.BanAsync(new Ban("spammer", Reason: "new"), "", default).AsTask();
        database.Verify(d => d.AddBanAsync(It.Is<Ban>(ban => ban.Reason == "new"), It.IsAny<CancellationToken>()), Times.Never);
        removed.SetResult(true);

        Assert.IsTrue(await removing);
        await adding;
        Assert.AreEqual("new", bans.Bans.Single().Reason);
        database.Verify(d => d.AddBanAsync(It.Is<Ban>(ban => ban.Reason == "new"), It.IsAny<CancellationToken>()), Times.Once);
    }
}
