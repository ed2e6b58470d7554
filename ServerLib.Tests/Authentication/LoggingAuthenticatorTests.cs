using System.Net;
using Moq;
using ServerLib.Authentication;
using ServerLib.RateLimiting;

namespace ServerLib.Tests.Authentication;

[TestClass]
public sealed class LoggingAuthenticatorTests
{
    private readonly Mock<ILog> _log = new();

    [TestMethod]
    public async Task A_failure_is_logged_with_address_and_escaped_name_and_without_the_password()
    {
        await AuthenticateAsync("ada\u001b[2J", LoginCode.Failure);

        _log.Verify(l => l.Logging("[ CONNECTION - FAILURE ] login refused @127.0.0.1:7: Alias - ada\\u001B[2J: Failure"), Times.Once);
        _log.VerifyNoOtherCalls();
    }

    [TestMethod]
    public async Task A_connection_without_lines_of_its_own_has_none_for_its_failures()
    {
        await AuthenticateAsync("ada", LoginCode.Failure, hasLines: false);

        _log.VerifyNoOtherCalls();
    }

    [TestMethod]
    public async Task A_long_name_is_cut()
    {
        await AuthenticateAsync(new string('x', 4_000), LoginCode.Refused);

        _log.Verify(l => l.Logging(It.Is<string>(line => line.Contains($"{new string('x', 32)}...: Refused") && line.Length < 200)), Times.Once);
    }

    [TestMethod]
    public async Task A_login_is_logged_elsewhere()
    {
        await AuthenticateAsync("ada", LoginCode.Ok);

        _log.VerifyNoOtherCalls();
    }

    [TestMethod]
    public async Task Who_has_to_wait_has_a_line_now_and_then_for_each_reason()
    {
        var inner = new Mock<IAuthenticator>();
        LogSampler locked = NewTally(), busy = NewTally(), registrations = NewTally(), tooOften = NewTally();
        foreach (LoginResult result in (LoginResult[])[
            LoginResult.Locked(TimeSpan.FromSeconds(1)),
            new LoginResult(LoginCode.Busy),
            new LoginResult(LoginCode.Busy),
            LoginResult.TooManyRegistered(TimeSpan.FromSeconds(1)),
            LoginResult.TooManyRegistered(TimeSpan.FromSeconds(1)),
            LoginResult.TooOften(TimeSpan.FromSeconds(1)),
            LoginResult.TooOften(TimeSpan.FromSeconds(1))])
        {
            inner.Setup(a => a.AuthenticateAsync(It.IsAny<Credentials>(), It.IsAny<CancellationToken>())).ReturnsAsync(result);
            await new LoggingAuthenticator(inner.Object, _log.Object, hasLines: true, locked, busy, registrations, tooOften)
                .AuthenticateAsync(new Credentials("ada", "correct horse", new IPEndPoint(IPAddress.Loopback, 7)));
        }

        _log.Verify(l => l.Logging("[ ALERT ] 1 logins refused that have to wait, the last one @127.0.0.1:7: Alias - ada"), Times.Once);
        _log.Verify(
            l => l.Logging("[ ALERT ] 1 logins refused for want of room to hash, or of the database, the last one @127.0.0.1:7: Alias - ada"),
            Times.Once);
        _log.Verify(
            l => l.Logging("[ ALERT ] 1 registrations refused, for too many were made from the same address, the last one @127.0.0.1:7: Alias - ada"),
            Times.Once);
        _log.Verify(
            l => l.Logging("[ ALERT ] 1 logins refused of users who log in too often, the last one @127.0.0.1:7: Alias - ada"), Times.Once);
        _log.VerifyNoOtherCalls();
    }

    private static LogSampler NewTally() => new(TimeSpan.FromMinutes(1), TimeProvider.System);

    private async Task AuthenticateAsync(string name, LoginCode code, bool hasLines = true)
    {
        var inner = new Mock<IAuthenticator>();
        inner.Setup(a => a.AuthenticateAsync(It.IsAny<Credentials>(), It.IsAny<CancellationToken>())).ReturnsAsync(new LoginResult(code, name));
        var credentials = new Credentials(name, "correct horse", new IPEndPoint(IPAddress.Loopback, 7));

        LoginResult result = await new LoggingAuthenticator(inner.Object, _log.Object, hasLines, NewTally(), NewTally(), NewTally(), NewTally())
            .AuthenticateAsync(credentials);

        Assert.AreEqual(code, result.Code);
    }
}
