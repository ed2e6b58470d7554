using ServerLib.Protocol;
using ServerLib.Tests.Compact;

namespace ServerLib.Tests.Authentication;

/// <summary>The audit trail says what was wrong with a login. The client is told nothing of it.</summary>
[TestClass]
public sealed class FailedLoginTrailTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    [DataRow(RegistrationPolicy.Closed, "alice", "wrong", null, "wrong password")]
    [DataRow(RegistrationPolicy.Closed, "nobody", "wrong", null, "no such user, and registration is closed")]
    [DataRow(RegistrationPolicy.Closed, "locked", "right", null, "the account is locked")]
    [DataRow(RegistrationPolicy.Closed, "locked", "wrong", null, "wrong password, and the account is locked")]
    [DataRow(RegistrationPolicy.Invitation, "alice", "wrong", "made up", "wrong password")]
    [DataRow(RegistrationPolicy.Invitation, "nobody", "wrong", "made up", "no such user, and the invitation is not valid")]
    [DataRow(RegistrationPolicy.Invitation, "nobody", "wrong", null, "no such user, and no invitation")]
    public async Task A_failed_login_says_to_the_admin_alone_what_was_wrong(
        RegistrationPolicy registration, string name, string password, string? invitation, string detail)
    {
        await using RunningServer server = await RunningServer.StartAsync(options => options.Login.Registration = registration);
        await server.Database.AddAccountAsync("alice", "right", _guard);
        await server.Database.AddAccountAsync("locked", "right", _guard);
        await server.Database.SetLockedAsync("locked", isLocked: true, _guard);
        using CompactClient client = await CompactClient.ConnectAsync(server.EndPoint);
        await client.HelloAsync();
        await client.SendAsync(RawFrame.Control(FrameType.Login, new { mechanism = "PLAIN", username = name, password, invitation }));

        Assert.AreEqual(
            """{"code":"failure","text":"The name or the password is wrong."}""",
            (await client.ReceiveAsync(FrameType.Result)).Json.ToJsonString());
        AuditEntry failed = (await server.Audit.ReadNewestAsync(100)).Single(entry => entry.Event == AuditEvent.FailedLogin);
        Assert.AreEqual((name, detail), (failed.Name, failed.Detail));
    }
}
