using System.Net;
using Moq;
using ServerLib.Authentication;
using ServerLib.Connections;
using ServerLib.Tests.Connections;

namespace ServerLib.Tests.Authentication;

/// <summary>Tests which logins are pending, so that a change of their account ends them.</summary>
[TestClass]
public sealed class PendingStepTests
{
    private readonly PendingLogins _pending = new();
    private readonly Mock<IAuthenticator> _authenticator = new();
    private readonly Connection _client = new MemoryConnection().Connection;
    private readonly ConnectionLogin _login;

    public PendingStepTests() =>
        _login = new ConnectionLogin(_client, new LoginPipeline(_authenticator.Object, new PendingStep(_pending)));

    [TestMethod]
    public async Task A_right_login_is_pending_until_its_connection_has_its_name()
    {
        Answer(LoginResult.Ok("ada"));
        await AttemptAsync();
        Assert.AreEqual(1, _pending.Count);

        _login.Complete();
        _pending.Invalidate("ada", DisconnectReason.AccountChanged);
        Assert.AreEqual((0, DisconnectReason.None), (_pending.Count, _client.Reason));
    }

    [TestMethod]
    public async Task A_change_of_the_account_ends_a_pending_login()
    {
        Answer(LoginResult.Ok("ada"));
        await AttemptAsync();

        Assert.AreEqual(0, _pending.Invalidate("bob", DisconnectReason.AccountChanged));
        Assert.AreEqual(1, _pending.Invalidate("ADA", DisconnectReason.AccountChanged));
        Assert.AreEqual(0, _pending.Invalidate("ada", DisconnectReason.Kicked));
        Assert.AreEqual(DisconnectReason.AccountChanged, _client.Reason);
    }

    [TestMethod]
    public async Task A_failed_login_is_not_pending()
    {
        Answer(new LoginResult(LoginCode.Failure));
        await AttemptAsync();

        Assert.AreEqual(0, _pending.Count);
    }

    [TestMethod]
    public async Task A_login_that_throws_is_not_pending()
    {
        _authenticator.Setup(a => a.AuthenticateAsync(It.IsAny<Credentials>(), It.IsAny<CancellationToken>()))
            .Throws(new OperationCanceledException());
        await Assert.ThrowsExactlyAsync<OperationCanceledException>(AttemptAsync);

        Assert.AreEqual(0, _pending.Count);
    }

    private void Answer(LoginResult result) =>
        _authenticator.Setup(a => a.AuthenticateAsync(It.IsAny<Credentials>(), It.IsAny<CancellationToken>())).ReturnsAsync(result);

    private async Task AttemptAsync() =>
        await _login.AttemptAsync(new Credentials("ada", "secret", new IPEndPoint(IPAddress.Loopback, 7)), default);
}
