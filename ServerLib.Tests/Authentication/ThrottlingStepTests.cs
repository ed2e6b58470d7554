using System.Net;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Moq;
using ServerLib.Authentication;
using ServerLib.Tests.Server;

namespace ServerLib.Tests.Authentication;

[TestClass]
public sealed class ThrottlingStepTests : IDisposable
{
    private static readonly IPEndPoint Elsewhere = new(IPAddress.Parse("203.0.113.9"), 1);
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly FakeTimeProvider _time = new();
    private readonly LoginThrottle _throttle;
    private readonly Mock<ILog> _log = new();
    private readonly Mock<IAuthenticator> _inner = new();
    private readonly LoginPipeline _throttling;
    private int _ports;

    public ThrottlingStepTests()
    {
        _throttle = new LoginThrottle(new ServerOptions(), timeProvider: _time);
        _throttling = new LoginPipeline(_inner.Object, new ThrottlingStep(_throttle, new LoginThrottleReports(TestEvents.Create(_log.Object, _time), null)));
        Answer((given, _) => new(given.Password == "right" || given.ProvenKey.Span.SequenceEqual("right"u8) ? LoginResult.Ok(given.Username) : new LoginResult(LoginCode.Failure)));
    }

    public void Dispose() => _throttle.Dispose();

    [TestMethod]
    public async Task The_right_password_from_an_unknown_address_waits_like_any_other()
    {
        for (int i = 0; i < 5; i++)
            Assert.AreEqual(new LoginResult(LoginCode.Failure), await LogInAsync("ada", $"{i}", NextAddress()));

        _time.Advance(TimeSpan.FromMilliseconds(1));
        var locked = new LoginResult(LoginCode.Delayed, RetryAfter: TimeSpan.FromSeconds(15));
        Assert.AreEqual(locked, await LogInAsync("ada", "right", NextAddress()));
        Assert.AreEqual(locked, await LogInAsync("ada", "wrong", NextAddress()));
        VerifyAsked(5);
        _time.Advance(TimeSpan.FromSeconds(15));
        Assert.AreEqual(LoginResult.Ok("ada"), await LogInAsync("ada", "right", NextAddress()));
    }

    [TestMethod]
    public async Task The_owner_can_log_in_from_a_known_address_whatever_others_try()
    {
        IPEndPoint home = NextAddress();
        await LogInAsync("ada", "right", home);
        for (int i = 0; i < 50; i++)
            await LogInAsync("ada", $"{i}", NextAddress());

        Assert.AreEqual(LoginCode.Delayed, (await LogInAsync("ada", "right", NextAddress())).Code);
        Assert.AreEqual(LoginResult.Ok("ada"), await LogInAsync("ada", "right", home));
    }

    [TestMethod]
    public async Task The_boundary_between_password_and_invitation_distinguishes_guesses()
    {
        for (int length = 1; length <= 6; length++)
        {
            Assert.AreEqual(
                length <= 5 ? LoginCode.Failure : LoginCode.Delayed,
                (await _throttling.AttemptAsync(
                    new("ada", "secret"[..length], NextAddress()) { Invitation = "secret"[length..] }, _guard)).Code);
        }
    }

    [TestMethod]
    public async Task Password_guessing_does_not_delay_logins_by_key()
    {
        IPEndPoint abroad = NextAddress();
        for (int i = 0; i < 5; i++)
            await LogInAsync("ada", $"{i}", NextAddress());

        Assert.AreEqual(LoginCode.Delayed, (await LogInAsync("ada", "right", abroad)).Code);
        Assert.AreEqual(LoginResult.Ok("ada"), await LogInByKeyAsync("ada", "right", abroad));

        // The count of wrong passwords is unchanged. The owner's new address is counted apart.
        Assert.AreEqual(5, _throttle.Delays.Single().WrongPasswords);
        Assert.AreEqual(LoginCode.Delayed, (await LogInAsync("ada", "right", NextAddress())).Code);
        Assert.AreEqual(LoginResult.Ok("ada"), await LogInAsync("ada", "right", abroad));
    }

    [TestMethod]
    public async Task Wrong_keys_count_for_the_address_and_not_for_the_account()
    {
        for (int i = 0; i < 20; i++)
        {
            Assert.AreEqual(LoginCode.Failure, (await LogInByKeyAsync("ada", "", NextAddress())).Code);
            Assert.AreEqual(LoginCode.Failure, (await LogInByKeyAsync("ada", $"wrong {i}", NextAddress())).Code);
        }

        Assert.IsEmpty(_throttle.Delays);
        Assert.HasCount(40, _throttle.Penalties);
        Assert.AreEqual(LoginResult.Ok("ada"), await LogInAsync("ada", "right", NextAddress()));
    }

    [TestMethod]
    public async Task After_three_wrong_signatures_the_address_is_refused()
    {
        for (int i = 0; i < 3; i++)
            Assert.AreEqual(LoginCode.Failure, (await LogInByKeyAsync("ada", "", Elsewhere)).Code);

        Assert.AreEqual(LoginResult.Delayed(TimeSpan.FromSeconds(15)), await LogInByKeyAsync("ada", "right", Elsewhere));
        VerifyAsked(3);
    }

    [TestMethod]
    public async Task The_same_wrong_key_adds_a_penalty_only_once()
    {
        for (int i = 0; i < 50; i++)
            Assert.AreEqual(LoginCode.Failure, (await LogInByKeyAsync(i % 2 == 0 ? "ada" : "ADA", "removed", Elsewhere)).Code);
        Assert.AreEqual(AddressPenalties.FailedLogin, _throttle.Penalties.Single().Remaining);

        await LogInByKeyAsync("bob", "removed", Elsewhere);
        Assert.AreEqual(2 * AddressPenalties.FailedLogin, _throttle.Penalties.Single().Remaining);
        _time.Advance(WrongPasswords.Retention);
        await LogInByKeyAsync("ada", "removed", Elsewhere);
        Assert.AreEqual(AddressPenalties.FailedLogin, _throttle.Penalties.Single().Remaining);
    }

    [TestMethod]
    public async Task Three_attempts_of_an_address_are_processed_at_a_time()
    {
        var answer = new TaskCompletionSource<LoginResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        int asked = 0;
        Answer((_, _) =>
        {
            Interlocked.Increment(ref asked);
            return new(answer.Task);
        });

        // Each attempt runs on this thread until it has to wait.
        Task<LoginResult>[] attempts = [.. Enumerable.Range(0, 100).Select(i => LogInAsync($"user{i}", "1234", Elsewhere))];
        Assert.AreEqual(3, asked);
        answer.SetResult(new LoginResult(LoginCode.Failure));

        LoginResult[] results = await Task.WhenAll(attempts);
        Assert.AreEqual(results.Count(result => result.Code == LoginCode.Failure), asked);

        // Each of the first two answers lets one more attempt begin, before the third one gets the address refused.
        Assert.IsInRange(3, 5, asked);
        Assert.AreEqual(100 - asked, results.Count(result => result.Code == LoginCode.Delayed));
    }

    [TestMethod]
    public async Task A_hundred_attempts_at_once_get_five_guesses()
    {
        var answer = new TaskCompletionSource<LoginResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        int asked = 0;
        Answer((_, _) =>
        {
            Interlocked.Increment(ref asked);
            return new(answer.Task);
        });

        int locked = 0;
        Task<LoginResult>[] attempts = [.. Enumerable.Range(0, 100).Select(i => Task.Run(async () =>
        {
            LoginResult result = await LogInAsync("ada", $"{i}", NextAddress());
            if (result.Code == LoginCode.Delayed && Interlocked.Increment(ref locked) == 95)
                answer.SetResult(new LoginResult(LoginCode.Failure));
            return result;
        }))];
        LoginResult[] results = await Task.WhenAll(attempts).WaitAsync(_guard);

        Assert.AreEqual(5, asked);
        Assert.AreEqual(5, results.Count(result => result.Code == LoginCode.Failure));
        Assert.AreEqual(TimeSpan.FromSeconds(15), _throttle.Delays.Single().Remaining);
    }

    [TestMethod]
    public async Task An_attempt_that_fails_on_the_server_does_not_count()
    {
        foreach (Exception failure in (Exception[])[new OperationCanceledException(), new InvalidOperationException("a bug")])
        {
            Answer((_, _) => ValueTask.FromException<LoginResult>(failure));
            for (int i = 0; i < 10; i++)
                await Assert.ThrowsAsync<Exception>(() => LogInAsync("ada", $"{i}", Elsewhere));
        }

        Answer((_, _) => new(new LoginResult(LoginCode.Busy)));
        for (int i = 0; i < 10; i++)
            Assert.AreEqual(new LoginResult(LoginCode.Busy), await LogInAsync("ada", $"{i}", Elsewhere));
        Assert.IsEmpty(_throttle.Delays);
        Assert.IsEmpty(_throttle.Penalties);
    }

    [TestMethod]
    [DataRow("ada")]
    [DataRow("nobody")]
    public async Task Passwords_from_a_refused_address_are_not_compared(string name)
    {
        for (int i = 0; i < 3; i++)
            Assert.AreEqual(LoginCode.Failure, (await LogInAsync($"{name}{i}", "wrong", Elsewhere)).Code);

        Assert.AreEqual(new LoginResult(LoginCode.Delayed, RetryAfter: TimeSpan.FromSeconds(15)), await LogInAsync("bob", "right", Elsewhere));
        VerifyAsked(3);
        _log.Verify(l => l.Logging(
            "[ ALERT ] 203.0.113.9 is refused for 15 s after too many failed logins, malformed frames or connections without a login"), Times.Once);
        _log.VerifyNoOtherCalls();
    }

    [TestMethod]
    public async Task The_same_wrong_password_adds_a_penalty_only_once()
    {
        for (int i = 0; i < 50; i++)
            Assert.AreEqual(LoginCode.Failure, (await LogInAsync("ada", "of last year", Elsewhere)).Code);

        Assert.AreEqual(AddressPenalties.FailedLogin, _throttle.Penalties.Single().Remaining);
    }

    [TestMethod]
    public async Task The_same_password_with_another_invitation_is_another_guess()
    {
        for (int i = 0; i < 5; i++)
            await _throttling.AttemptAsync(new Credentials("ada", "secret", new IPEndPoint(IPAddress.Loopback, 7)) { Invitation = $"{i}" }, _guard);

        Assert.AreEqual(5, _throttle.Delays.Single().WrongPasswords);
    }

    [TestMethod]
    public async Task A_login_that_the_rules_refuse_costs_nothing()
    {
        Answer((_, _) => new(new LoginResult(LoginCode.Refused)));
        await LogInAsync("SERVER", "secret", Elsewhere);

        Assert.IsEmpty(_throttle.Penalties);
        Assert.IsEmpty(_throttle.Delays);
    }

    [TestMethod]
    public async Task A_delay_is_logged_once_with_the_name_escaped()
    {
        for (int i = 0; i < 10; i++)
            await LogInAsync("ada\u001b[2J", $"{i}", new IPEndPoint(IPAddress.Loopback, 7));

        _log.Verify(l => l.Logging(
            "[ ALERT ] account ada\\u001B[2J is delayed for 15 s after 5 wrong passwords, the last one @127.0.0.1:7"), Times.Once);
        _log.VerifyNoOtherCalls();
    }

    [TestMethod]
    public async Task Penalties_and_delays_are_in_the_audit_trail()
    {
        using var folder = new TempFolder();
        await using var audit = new AuditTrail(folder.Path);
        var throttling = new LoginPipeline(
            _inner.Object, new ThrottlingStep(_throttle, new LoginThrottleReports(TestEvents.Create(_log.Object, _time), audit)));
        for (int i = 0; i < 3; i++)
            await throttling.AttemptAsync(new Credentials("ada", $"{i}", Elsewhere), _guard);
        var mapped = new IPEndPoint(IPAddress.Parse("::ffff:198.51.100.1"), 7);
        for (int i = 3; i < 5; i++)
            await throttling.AttemptAsync(new Credentials("Ada", $"{i}", mapped), _guard);

        List<AuditEntry> entries = await audit.ReadNewestAsync(9);
        Assert.AreEqual(
            "AccountDelayed Ada 198.51.100.1:7 delayed for 15 s after 5 wrong passwords; Penalty 203.0.113.9 203.0.113.9 refused for 15 s",
            string.Join("; ", entries.Where(e => e.Event != AuditEvent.ChainStarted).Select(e => $"{e.Event} {e.Name} {e.Address} {e.Detail}")));
    }

    private void Answer(Func<Credentials, CancellationToken, ValueTask<LoginResult>> answer) =>
        _inner.Setup(a => a.AuthenticateAsync(It.IsAny<Credentials>(), It.IsAny<CancellationToken>())).Returns(answer);

    private void VerifyAsked(int times) =>
        _inner.Verify(a => a.AuthenticateAsync(It.IsAny<Credentials>(), It.IsAny<CancellationToken>()), Times.Exactly(times));

    private Task<LoginResult> LogInAsync(string name, string password, IPEndPoint from) =>
        _throttling.AttemptAsync(new Credentials(name, password, from), _guard).AsTask();

    private Task<LoginResult> LogInByKeyAsync(string name, string key, IPEndPoint from) =>
        _throttling.AttemptAsync(
            new Credentials(name, "", from) { IsByKey = true, ProvenKey = Encoding.UTF8.GetBytes(key) }, _guard).AsTask();

    private IPEndPoint NextAddress() => new(new IPAddress([198, 51, 100, (byte)Interlocked.Increment(ref _ports)]), 7);
}
