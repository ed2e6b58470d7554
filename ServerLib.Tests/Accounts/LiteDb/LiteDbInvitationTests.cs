using System.Text;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Tests.Files;

namespace ServerLib.Tests.Accounts;

[TestClass]
public sealed class LiteDbInvitationTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly AccountsFolder _folder = new();
    private readonly FakeTimeProvider _time = new(Start);

    [TestMethod]
    public async Task An_invitation_registers_one_account_also_after_a_restart()
    {
        string code;
        await using (LiteDbUserDatabase database = _folder.Open(_time))
        {
            (UserInvitation made, code) = await database.InviteAsync(cancellationToken: _guard);
            Assert.AreEqual(new UserInvitation(1, Start, null, null), made);
        }

        await using (LiteDbUserDatabase database = _folder.Open(_time))
        {
            Assert.IsTrue(await database.IsInvitedAsync(code, _guard));
            Assert.AreEqual(LoginResult.Ok("alice"), await RegisterAsync(database, "alice", code.ToUpperInvariant()));
            Assert.IsFalse(await database.IsInvitedAsync(code, _guard));
        }

        await using LiteDbUserDatabase again = _folder.Open(_time);
        Assert.AreEqual(LoginCode.Failure, (await RegisterAsync(again, "bob", code)).Code);
        Assert.AreEqual(new UserInvitation(1, Start, null, "alice"), (await again.ListInvitationsAsync(_guard)).Single());
        Assert.IsTrue((await again.AuthenticateUserAsync(new("alice", "secret"), _guard)).IsOk);
    }

    [TestMethod]
    public async Task An_invitation_number_is_never_used_again()
    {
        await using (LiteDbUserDatabase database = _folder.Open(_time))
        {
            await database.InviteAsync(cancellationToken: _guard);
            Assert.AreEqual(2, (await database.InviteAsync(cancellationToken: _guard)).Invitation.Number);
            Assert.IsTrue(await database.WithdrawInvitationAsync(2, _guard));
            Assert.AreEqual(3, (await database.InviteAsync(cancellationToken: _guard)).Invitation.Number);
            Assert.IsTrue(await database.WithdrawInvitationAsync(3, _guard));
            Assert.IsTrue(await database.WithdrawInvitationAsync(1, _guard));
        }

        await using LiteDbUserDatabase again = _folder.Open(_time);
        (UserInvitation made, string code) = await again.InviteAsync(cancellationToken: _guard);
        Assert.AreEqual(4, made.Number);
        Assert.IsTrue(await again.IsInvitedAsync(code, _guard));
    }

    [TestMethod]
    public async Task One_of_many_concurrent_uses_of_an_invitation_succeeds()
    {
        await using LiteDbUserDatabase database = _folder.Open(_time);
        (_, string code) = await database.InviteAsync(cancellationToken: _guard);

        LoginResult[] results = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(i => Task.Run(() => RegisterAsync(database, $"user{i}", code).AsTask(), _guard)));
        Assert.AreEqual(1, results.Count(result => result.IsOk));
        Assert.AreEqual(19, results.Count(result => result.Code == LoginCode.Failure));
        var accounts = new List<string>();
        await foreach (UserAccount account in database.ListAccountsAsync(_guard))
            accounts.Add(account.Name);
        Assert.AreEqual(results.Single(result => result.IsOk).Alias, accounts.Single());
    }

    [TestMethod]
    public async Task An_invitation_stays_usable_if_the_name_is_taken_or_the_hasher_is_busy()
    {
        await using LiteDbUserDatabase database = _folder.Open(_time);
        await database.AddAccountAsync("alice", "new secret", _guard);
        (_, string code) = await database.InviteAsync(cancellationToken: _guard);

        Assert.AreEqual(LoginCode.Failure, (await RegisterAsync(database, "ALICE", code)).Code);
        _folder.Hasher.IsBusy = true;
        Assert.AreEqual(LoginCode.Busy, (await RegisterAsync(database, "bob", code)).Code);
        _folder.Hasher.IsBusy = false;
        Assert.IsTrue((await RegisterAsync(database, "bob", code)).IsOk);
    }

    [TestMethod]
    public async Task A_failed_commit_stores_both_the_account_and_the_used_invitation_or_neither()
    {
        var files = new FaultyFiles();
        await using LiteDbUserDatabase database = _folder.Open(_time, openStream: files.Open);
        (_, string code) = await database.InviteAsync(cancellationToken: _guard);
        int faults = 0;
        files.Fault = what => what == "users-log.db flush" && Interlocked.Increment(ref faults) == 1 ? FaultyFiles.DiskFull : null;

        Assert.AreEqual(LoginCode.Busy, (await RegisterAsync(database, "alice", code)).Code);
        Assert.AreEqual(await database.HasUserAsync("alice", _guard), !await database.IsInvitedAsync(code, _guard));
    }

    [TestMethod]
    public async Task An_invitation_can_not_be_used_after_it_expires()
    {
        await using LiteDbUserDatabase database = _folder.Open(_time);
        (UserInvitation made, string code) = await database.InviteAsync(TimeSpan.FromHours(1), _guard);
        Assert.AreEqual(Start.AddHours(1), made.ExpiresAt);
        _time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromTicks(1));
        Assert.IsTrue(await database.IsInvitedAsync(code, _guard));
        _time.Advance(TimeSpan.FromTicks(1));

        Assert.IsFalse(await database.IsInvitedAsync(code, _guard));
        Assert.AreEqual(LoginCode.Failure, (await RegisterAsync(database, "alice", code)).Code);
    }

    [TestMethod]
    public async Task An_invitation_can_have_the_longest_lifetime()
    {
        await using LiteDbUserDatabase database = _folder.Open(_time);
        (UserInvitation made, string code) = await database.InviteAsync(TimeSpan.MaxValue, _guard);

        Assert.AreEqual(DateTimeOffset.MaxValue, made.ExpiresAt);
        Assert.IsTrue(await database.IsInvitedAsync(code, _guard));
        await Assert.ThrowsExactlyAsync<ArgumentOutOfRangeException>(() => database.InviteAsync(TimeSpan.Zero, _guard).AsTask());
    }

    [TestMethod]
    public async Task A_wrong_or_malformed_invitation_code_is_refused()
    {
        await using LiteDbUserDatabase database = _folder.Open(_time);
        (_, string code) = await database.InviteAsync(cancellationToken: _guard);
        (_, string other) = await database.InviteAsync(cancellationToken: _guard);
        string[] wrong =
        [
            "", "0", new string('0', 40), code[..^1], code + "0", code[..^1] + (code[^1] == '0' ? '1' : '0'), $" {code[1..]}",
            other[..8] + code[8..], new string('g', 40), new string('x', 100_000),
        ];
        foreach (string each in wrong)
            Assert.IsFalse(await database.IsInvitedAsync(each, _guard), each);
    }

    [TestMethod]
    public async Task Invitation_codes_are_random_and_not_stored()
    {
        await using (LiteDbUserDatabase database = _folder.Open(_time))
        {
            (_, string first) = await database.InviteAsync(cancellationToken: _guard);
            (_, string second) = await database.InviteAsync(cancellationToken: _guard);
            Assert.AreEqual(40, first.Length);
            Assert.AreNotEqual(first[8..], second[8..]);
            await database.DisposeAsync();
            byte[] file = File.ReadAllBytes(_folder.File("users.db"));
            Assert.AreEqual(-1, file.AsSpan().IndexOf(Encoding.ASCII.GetBytes(first[8..])));
            Assert.AreEqual(-1, file.AsSpan().IndexOf(Convert.FromHexString(first[8..])));
        }
    }

    [TestMethod]
    public async Task An_unused_invitation_can_be_withdrawn_and_a_used_one_can_not()
    {
        await using LiteDbUserDatabase database = _folder.Open(_time);
        (_, string first) = await database.InviteAsync(cancellationToken: _guard);
        (_, string second) = await database.InviteAsync(cancellationToken: _guard);
        await RegisterAsync(database, "alice", first);

        Assert.IsFalse(await database.WithdrawInvitationAsync(1, _guard));
        Assert.IsTrue(await database.WithdrawInvitationAsync(2, _guard));
        Assert.IsFalse(await database.WithdrawInvitationAsync(2, _guard));
        Assert.IsFalse(await database.IsInvitedAsync(second, _guard));
        Assert.AreEqual(1, (await database.ListInvitationsAsync(_guard)).Single().Number);
    }

    [TestMethod]
    public async Task Invitations_used_or_expired_for_30_days_are_deleted_with_the_next_invitation()
    {
        var clock = new Clock { Now = Start };
        await using LiteDbUserDatabase database = _folder.Open(clock);
        (_, string taken) = await database.InviteAsync(cancellationToken: _guard);
        await database.InviteAsync(TimeSpan.FromDays(1), _guard);
        await database.InviteAsync(cancellationToken: _guard);
        await RegisterAsync(database, "alice", taken);
        clock.Now += TimeSpan.FromDays(30);
        await database.InviteAsync(cancellationToken: _guard);
        Assert.HasCount(4, await database.ListInvitationsAsync(_guard));
        clock.Now += TimeSpan.FromTicks(1);
        await database.InviteAsync(cancellationToken: _guard);

        CollectionAssert.AreEqual(
            (long[])[2, 3, 4, 5], (await database.ListInvitationsAsync(_guard)).Select(invitation => invitation.Number).ToArray());
    }

    [TestMethod]
    public async Task Old_invitations_are_kept_when_the_clock_was_set_ahead()
    {
        var clock = new Clock { Now = Start };
        await using LiteDbUserDatabase database = _folder.Open(clock);
        (_, string code) = await database.InviteAsync(TimeSpan.FromDays(7), _guard);
        clock.SetAheadBy = TimeSpan.FromDays(365 * 43);
        clock.Now += clock.SetAheadBy;
        for (int i = 0; i < 2; i++)
            await database.InviteAsync(cancellationToken: _guard);
        clock.Now -= clock.SetAheadBy;

        Assert.IsTrue(await database.IsInvitedAsync(code, _guard));
    }

    public void Dispose() => _folder.Dispose();

    private ValueTask<LoginResult> RegisterAsync(LiteDbUserDatabase database, string name, string code) =>
        database.CreateInvitedUserAsync(new Credentials(name, "secret") { Invitation = code }, _guard);

    /// <summary>A calendar that is turned without the timers between being run.</summary>
    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public TimeSpan SetAheadBy { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => (Now - SetAheadBy).UtcTicks;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
