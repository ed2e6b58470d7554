using System.Net;
using Microsoft.Extensions.Time.Testing;
using Moq;
using ServerLib.Authentication;
using ServerLib.Tests.Connections;
using ServerLib.Tests.Server;

namespace ServerLib.Tests.Authentication;

[TestClass]
public sealed class LoggingStepTests
{
    private readonly Mock<ILog> _log = new();
    private readonly LoggingStep _step;

    public LoggingStepTests() => _step = new LoggingStep(TestEvents.Create(_log.Object, new FakeTimeProvider()), new FakeTimeProvider());

    [TestMethod]
    public async Task A_failure_is_logged_with_address_and_escaped_name_and_without_the_password()
    {
        await AuthenticateAsync("ada\u001b[2J", LoginCode.Failure);

        _log.Verify(l => l.Logging("[ CONNECTION - FAILURE ] login refused @127.0.0.1:7: Alias - ada\\u001B[2J: Failure"), Times.Once);
        _log.VerifyNoOtherCalls();
    }

    [TestMethod]
    public async Task A_connection_that_is_not_logged_gets_no_lines_for_its_failures()
    {
        await AuthenticateAsync("ada", LoginCode.Failure, isLogged: false);

        _log.VerifyNoOtherCalls();
    }

    [TestMethod]
    public async Task A_long_name_is_cut()
    {
        await AuthenticateAsync(new string('x', 4_000), LoginCode.Refused);

        _log.Verify(l => l.Logging(It.Is<string>(line => line.Contains($"{new string('x', 32)}...: Refused") && line.Length < 200)), Times.Once);
    }

    [TestMethod]
    public async Task A_successful_login_is_logged_elsewhere()
    {
        await AuthenticateAsync("ada", LoginCode.Ok);

        _log.VerifyNoOtherCalls();
    }

    [TestMethod]
    public async Task A_wrong_password_at_a_password_change_is_not_logged()
    {
        await _step.AuthenticateAsync(
            NewContext("ada", isLogged: true, isConfirmation: true), (_, _) => new(new LoginResult(LoginCode.Failure)), default);

        _log.VerifyNoOtherCalls();
    }

    [TestMethod]
    public async Task Logins_that_have_to_wait_share_a_line_for_each_reason()
    {
        (LoginResult Result, bool IsTooOften)[] answers =
        [
            (LoginResult.Delayed(TimeSpan.FromSeconds(1)), false),
            (new LoginResult(LoginCode.Busy), false),
            (new LoginResult(LoginCode.Busy), false),
            (LoginResult.TooManyRegistrations(TimeSpan.FromSeconds(1)), false),
            (LoginResult.TooManyRegistrations(TimeSpan.FromSeconds(1)), false),
            (LoginResult.TooOften(TimeSpan.FromSeconds(1)), true),
            (LoginResult.TooOften(TimeSpan.FromSeconds(1)), true),
        ];
        foreach ((LoginResult result, bool isTooOften) in answers)
        {
            await _step.AuthenticateAsync(
                NewContext("ada", isLogged: true),
                (context, _) =>
                {
                    context.IsTooOften = isTooOften;
                    return new(result);
                },
                default);
        }

        _log.Verify(l => l.Logging("[ ALERT ] logins refused because the address or account is delayed after failed logins: 1, the last one @127.0.0.1:7: Alias - ada"), Times.Once);
        _log.Verify(
            l => l.Logging(
                "[ ALERT ] logins refused because the password queue was full (PasswordHashing:QueueLength) or the database failed: 1, "
                + "the last one @127.0.0.1:7: Alias - ada"),
            Times.Once);
        _log.Verify(
            l => l.Logging(
                "[ ALERT ] registrations refused because the address has registered too many accounts (Login:MaxRegistrationsPerAddress): 1, the last one @127.0.0.1:7: Alias - ada"),
            Times.Once);
        _log.Verify(
            l => l.Logging("[ ALERT ] logins refused because the user logs in too often: 1, the last one @127.0.0.1:7: Alias - ada"), Times.Once);
        _log.VerifyNoOtherCalls();
    }

    private static LoginContext NewContext(string name, bool isLogged, bool isConfirmation = false)
    {
        var credentials = new Credentials(name, "correct horse", new IPEndPoint(IPAddress.Loopback, 7)) { IsConfirmation = isConfirmation };
        return new LoginContext(new MemoryConnection().Connection, credentials, isLogged: isLogged);
    }

    private async Task AuthenticateAsync(string name, LoginCode code, bool isLogged = true)
    {
        LoginResult result = await _step.AuthenticateAsync(NewContext(name, isLogged), (_, _) => new(new LoginResult(code, name)), default);

        Assert.AreEqual(code, result.Code);
    }
}
