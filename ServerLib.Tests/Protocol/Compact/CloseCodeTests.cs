using ServerLib.Protocol;

namespace ServerLib.Tests.Protocol;

[TestClass]
public sealed class CloseCodeTests
{
    [TestMethod]
    [DataRow(LoginCode.Ok, "ok", null)]
    [DataRow(LoginCode.Failure, "failure", "The name or the password is wrong.")]
    [DataRow(LoginCode.Busy, "busy", "The server is busy; try again.")]
    [DataRow(LoginCode.Delayed, "locked", "This account has to wait.")]
    [DataRow(LoginCode.Banned, "banned", "You are banned from this server.")]
    [DataRow(LoginCode.Refused, "refused", "This name or password is not allowed here.")]
    public void A_login_result_has_a_code_and_a_sentence(LoginCode result, string code, string? text)
    {
        Assert.AreEqual((code, text), (CloseCode.Of(result), CloseCode.TextOf(result)));
        Assert.AreEqual(result, CloseCode.ToLoginCode(code));
    }

    [TestMethod]
    [DataRow("unheard-of")]
    [DataRow(null)]
    public void An_unknown_code_means_failure(string? code) => Assert.AreEqual(LoginCode.Failure, CloseCode.ToLoginCode(code));

    [TestMethod]
    [DataRow(DisconnectReason.ClientLeft, "bye", "Good-bye.")]
    [DataRow(DisconnectReason.LoginTimeout, "login-timeout", "You were not logged in within the time allowed.")]
    [DataRow(DisconnectReason.TooManyLoginAttempts, "too-many-attempts", "Too many attempts to log in.")]
    [DataRow(DisconnectReason.UnknownProtocol, "unknown-version", "Versions spoken here: SLIB/2.")]
    [DataRow(DisconnectReason.PlaintextRefused, "refused", "Passwords are taken over TLS only here.")]
    [DataRow(DisconnectReason.BadFrame, "bad-frame", "A frame was malformed.")]
    [DataRow(DisconnectReason.FrameTooLarge, "frame-too-large", "A frame was larger than allowed.")]
    [DataRow(DisconnectReason.OutOfTurn, "out-of-turn", "A frame came before its turn.")]
    [DataRow(DisconnectReason.BadKey, "bad-key", "The public key is refused.")]
    [DataRow(DisconnectReason.SlowReader, "slow-reader", "You read too slowly.")]
    [DataRow(DisconnectReason.IdleTimeout, "idle", "You have been silent for too long.")]
    [DataRow(DisconnectReason.ServerFull, "full", "The server is full.")]
    [DataRow(DisconnectReason.Banned, "banned", "You are banned from this server.")]
    [DataRow(DisconnectReason.Kicked, "kicked", "An admin ended the connection.")]
    [DataRow(DisconnectReason.AccountChanged, "account-changed", "Your account was changed; log in again.")]
    [DataRow(DisconnectReason.ServerShutdown, "shutdown", "The server shuts down.")]
    [DataRow(DisconnectReason.ServerError, "error", "Something failed on the server's side.")]
    public void A_disconnect_reason_has_a_code_and_a_sentence(DisconnectReason reason, string code, string text) =>
        Assert.AreEqual((code, text), (CloseCode.Of(reason), CloseCode.TextOf(reason)));

    [TestMethod]
    [DataRow(DisconnectReason.ServerShutdown, 5)]
    [DataRow(DisconnectReason.ServerFull, 5)]
    [DataRow(DisconnectReason.ServerError, 1)]
    [DataRow(DisconnectReason.SlowReader, 1)]
    [DataRow(DisconnectReason.Kicked, null)]
    public void RetryAfter_is_set_where_waiting_helps(DisconnectReason reason, int? seconds) =>
        Assert.AreEqual(seconds, (int?)CloseCode.RetryAfter(reason)?.TotalSeconds);
}
