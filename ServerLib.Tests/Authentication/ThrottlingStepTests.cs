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
    private static readonly IPEndPoint Stranger = new(IPAddress.Parse("203.0.113.9"), 1);
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly FakeTimeProvider _time = new();
    private readonly LoginThrottle _guesses;
    private readonly Mock<ILog> _log = new();
    private readonly Mock<IAuthenticator> _inner = new();
    private readonly LoginPipeline _throttling;
    private int _ports;

    public ThrottlingStepTests()
    {
        _guesses = new LoginThrottle(new ServerOptions(), timeProvider: _time);
        _throttling = new LoginPipeline(_inner.Object, new ThrottlingStep(_guesses, new LoginThrottleReports(TestEvents.Create(_log.Object, _time), null)));
        Answer((given, _) => new(given.Password == "right" || given.ProvenKey.Span.SequenceEqual("right"u8) ? LoginResult.Ok(given.Username) : new LoginResult(LoginCode.Failure)));
    }

    public void Dispose() => _guesses.Dispose();

    [TestMethod]
    public async Task The_right_password_waits_like_any_other_while_the_account_is_locked_to_strangers()
    {
        for (int i = 0; i < 5; i++)
            Assert.AreEqual(new LoginResult(LoginCode.Failure), await LogInAsync("ada", $"{i}", NextAddress()));

        _time.Advance(TimeSpan.FromMilliseconds(1));
        var locked = new LoginResult(LoginCode.Locked, RetryAfter: TimeSpan.FromSeconds(15));
        Assert.AreEqual(locked, await LogInAsync("ada", "right", NextAddress()));
        Assert.AreEqual(locked, await LogInAsync("ada", "wrong", NextAddress()));
        VerifyAsked(5);
        _time.Advance(TimeSpan.FromSeconds(15));
        Assert.AreEqual(LoginResult.Ok("ada"), await LogInAsync("ada", "right", NextAddress()));
    }

    [TestMethod]
    public async Task The_owner_comes_in_from_where_he_has_been_whatever_strangers_try()
    {
        IPEndPoint home = NextAddress();
        await LogInAsync("ada", "right", home);
        for (int i = 0; i < 50; i++)
            await LogInAsync("ada", $"{i}", NextAddress());

        Assert.AreEqual(LoginCode.Locked, (await LogInAsync("ada", "right", NextAddress())).Code);
        Assert.AreEqual(LoginResult.Ok("ada"), await LogInAsync("ada", "right", home));
    }

    [TestMethod]
    public async Task A_password_and_an_invitation_are_one_guess_only_when_both_are_the_same()
    {
        for (int length = 1; length <= 6; length++)
        {
            Assert.AreEqual(
                length <= 5 ? LoginCode.Failure : LoginCode.Locked,
                (await _throttling.AttemptAsync(
                    new("ada", "secret"[..length], NextAddress()) { Invitation = "secret"[length..] }, _guard)).Code);
        }
    }

    [TestMethod]
    public async Task Whoever_guesses_passwords_does_not_hold_up_the_owners_key()
    {
        IPEndPoint abroad = NextAddress();
        for (int i = 0; i < 5; i++)
            await LogInAsync("ada", $"{i}", NextAddress());

        Assert.AreEqual(LoginCode.Locked, (await LogInAsync("ada", "right", abroad)).Code);
        Assert.AreEqual(LoginResult.Ok("ada"), await LogInByKeyAsync("ada", "right", abroad));

        // The passwords' count is as it was, and from there the owner's is another.
        Assert.AreEqual(5, _guesses.Delays.Single().WrongPasswords);
        Assert.AreEqual(LoginCode.Locked, (await LogInAsync("ada", "right", NextAddress())).Code);
        Assert.AreEqual(LoginResult.Ok("ada"), await LogInAsync("ada", "right", abroad));
    }

    [TestMethod]
    public async Task Wrong_keys_count_for_their_address_and_never_for_the_account()
    {
        for (int i = 0; i < 20; i++)
        {
            Assert.AreEqual(LoginCode.Failure, (await LogInByKeyAsync("ada", "", NextAddress())).Code);
            Assert.AreEqual(LoginCode.Failure, (await LogInByKeyAsync("ada", $"wrong {i}", NextAddress())).Code);
        }

        Assert.IsEmpty(_guesses.Delays);
        Assert.HasCount(40, _guesses.Penalties);
        Assert.AreEqual(LoginResult.Ok("ada"), await LogInAsync("ada", "right", NextAddress()));
    }

    [TestMethod]
    public async Task Three_signatures_that_prove_nothing_and_the_address_is_refused_with_the_right_key_too()
    {
        for (int i = 0; i < 3; i++)
            Assert.AreEqual(LoginCode.Failure, (await LogInByKeyAsync("ada", "", Stranger)).Code);

        Assert.AreEqual(LoginResult.Locked(TimeSpan.FromSeconds(15)), await LogInByKeyAsync("ada", "right", Stranger));
        VerifyAsked(3);
    }

    [TestMethod]
    public async Task The_same_wrong_key_again_adds_nothing_to_what_its_address_has_coming()
    {
        for (int i = 0; i < 50; i++)
            Assert.AreEqual(LoginCode.Failure, (await LogInByKeyAsync(i % 2 == 0 ? "ada" : "ADA", "removed", Stranger)).Code);
        Assert.AreEqual(AddressPenalties.FailedLogin, _guesses.Penalties.Single().Remaining);

        await LogInByKeyAsync("bob", "removed", Stranger);
        Assert.AreEqual(2 * AddressPenalties.FailedLogin, _guesses.Penalties.Single().Remaining);
        _time.Advance(WrongPasswords.Retention);
        await LogInByKeyAsync("ada", "removed", Stranger);
        Assert.AreEqual(AddressPenalties.FailedLogin, _guesses.Penalties.Single().Remaining);
    }

    [TestMethod]
    public async Task Of_a_hundred_names_tried_at_once_from_one_address_three_are_looked_at()
    {
        var answer = new TaskCompletionSource<LoginResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        int asked = 0;
        Answer((_, _) =>
        {
            Interlocked.Increment(ref asked);
            return new(answer.Task);
        });

        // Each goes as far as it comes, on this thread.
        Task<LoginResult>[] attempts = [.. Enumerable.Range(0, 100).Select(i => LogInAsync($"user{i}", "1234", Stranger))];
        Assert.AreEqual(3, asked);
        answer.SetResult(new LoginResult(LoginCode.Failure));

        LoginResult[] results = await Task.WhenAll(attempts);
        Assert.AreEqual(results.Count(result => result.Code == LoginCode.Failure), asked);

        // The first that is told makes room for one more, and so does the second, before the third is refused.
        Assert.IsInRange(3, 5, asked);
        Assert.AreEqual(100 - asked, results.Count(result => result.Code == LoginCode.Locked));
    }

    [TestMethod]
    public async Task A_hundred_at_once_get_five_guesses()
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
            if (result.Code == LoginCode.Locked && Interlocked.Increment(ref locked) == 95)
                answer.SetResult(new LoginResult(LoginCode.Failure));
            return result;
        }))];
        LoginResult[] results = await Task.WhenAll(attempts).WaitAsync(_guard);

        Assert.AreEqual(5, asked);
        Assert.AreEqual(5, results.Count(result => result.Code == LoginCode.Failure));
        Assert.AreEqual(TimeSpan.FromSeconds(15), _guesses.Delays.Single().Remaining);
    }

    [TestMethod]
    public async Task What_fails_or_is_given_up_on_this_side_counts_as_no_attempt()
    {
        foreach (Exception failure in (Exception[])[new OperationCanceledException(), new InvalidOperationException("a bug")])
        {
            Answer((_, _) => ValueTask.FromException<LoginResult>(failure));
            for (int i = 0; i < 10; i++)
                await Assert.ThrowsAsync<Exception>(() => LogInAsync("ada", $"{i}", Stranger));
        }

        Answer((_, _) => new(new LoginResult(LoginCode.Busy)));
        for (int i = 0; i < 10; i++)
            Assert.AreEqual(new LoginResult(LoginCode.Busy), await LogInAsync("ada", $"{i}", Stranger));
        Assert.IsEmpty(_guesses.Delays);
        Assert.IsEmpty(_guesses.Penalties);
    }

    [TestMethod]
    [DataRow("ada")]
    [DataRow("nobody")]
    public async Task An_address_with_too_much_coming_is_not_compared_any_more(string name)
    {
        for (int i = 0; i < 3; i++)
            Assert.AreEqual(LoginCode.Failure, (await LogInAsync($"{name}{i}", "wrong", Stranger)).Code);

        Assert.AreEqual(new LoginResult(LoginCode.Locked, RetryAfter: TimeSpan.FromSeconds(15)), await LogInAsync("bob", "right", Stranger));
        VerifyAsked(3);
        _log.Verify(l => l.Logging(
            "[ ALERT ] 203.0.113.9 is refused for 15 s: too many failed logins, malformed frames or connections without a login"), Times.Once);
        _log.VerifyNoOtherCalls();
    }

    [TestMethod]
    public async Task The_same_wrong_password_again_adds_nothing_to_what_its_address_has_coming()
    {
        for (int i = 0; i < 50; i++)
            Assert.AreEqual(LoginCode.Failure, (await LogInAsync("ada", "of last year", Stranger)).Code);

        Assert.AreEqual(AddressPenalties.FailedLogin, _guesses.Penalties.Single().Remaining);
    }

    [TestMethod]
    public async Task Another_invitation_with_the_same_password_is_another_guess()
    {
        for (int i = 0; i < 5; i++)
            await _throttling.AttemptAsync(new Credentials("ada", "secret", new IPEndPoint(IPAddress.Loopback, 7)) { Invitation = $"{i}" }, _guard);

        Assert.AreEqual(5, _guesses.Delays.Single().WrongPasswords);
    }

    [TestMethod]
    public async Task What_the_rules_refuse_costs_nothing_for_nothing_was_compared()
    {
        Answer((_, _) => new(new LoginResult(LoginCode.Refused)));
        await LogInAsync("SERVER", "secret", Stranger);

        Assert.IsEmpty(_guesses.Penalties);
        Assert.IsEmpty(_guesses.Delays);
    }

    [TestMethod]
    public async Task A_delay_is_told_once_when_it_begins_with_the_name_escaped()
    {
        for (int i = 0; i < 10; i++)
            await LogInAsync("ada\u001b[2J", $"{i}", new IPEndPoint(IPAddress.Loopback, 7));

        _log.Verify(l => l.Logging(
            "[ ALERT ] account ada\\u001B[2J is locked for 15 s after 5 wrong passwords, the last one @127.0.0.1:7"), Times.Once);
        _log.VerifyNoOtherCalls();
    }

    [TestMethod]
    public async Task Both_are_in_the_audit_trail()
    {
        using var folder = new TempFolder();
        await using var audit = new AuditTrail(folder.Path);
        var throttling = new LoginPipeline(
            _inner.Object, new ThrottlingStep(_guesses, new LoginThrottleReports(TestEvents.Create(_log.Object, _time), audit)));
        for (int i = 0; i < 3; i++)
            await throttling.AttemptAsync(new Credentials("ada", $"{i}", Stranger), _guard);
        var mapped = new IPEndPoint(IPAddress.Parse("::ffff:198.51.100.1"), 7);
        for (int i = 3; i < 5; i++)
            await throttling.AttemptAsync(new Credentials("Ada", $"{i}", mapped), _guard);

        List<AuditEntry> entries = await audit.ReadNewestAsync(9);
        Assert.AreEqual(
            "Lockout Ada 198.51.100.1:7 locked for 15 s after 5 wrong passwords; Penalty 203.0.113.9 203.0.113.9 refused for 15 s",
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
