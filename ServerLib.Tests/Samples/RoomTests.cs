using Chat;
using Moq;
using ServerLib.Testing;

namespace ServerLib.Tests.Samples;

[TestClass]
public sealed class RoomTests
{
    private readonly Mock<IMessageRouter> _router = new();

    [TestMethod]
    public async Task A_message_that_is_sent_while_a_user_joins_follows_the_history()
    {
        CancellationToken token = Guard.NewToken();
        await using TestConnection ada = await TestConnection.CreateAsync("ada");
        await using TestConnection bob = await TestConnection.CreateAsync("bob");
        using var room = new Room("lobby", _router.Object);
        Task sending = Task.CompletedTask;
        _router.Setup(router => router.JoinAsync(bob.Connection, "lobby", token)).Returns(() =>
        {
            sending = room.SendAsync(ada.Connection, new Message("second"), token);
            return new(true);
        });
        await room.SendAsync(ada.Connection, new Message("first"), token);

        await room.JoinAsync(bob.Connection, token);
        await sending;

        Assert.AreEqual("first", (await bob.ReadSentAsync()).Single().Text);
        _router.Verify(
            router => router.SendToGroupAsync("lobby", "ada", It.Is<Message>(sent => sent.Text == "second"), ada.Connection, token),
            Times.Once);
    }
}
