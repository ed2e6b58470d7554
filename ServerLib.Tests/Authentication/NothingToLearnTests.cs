using System.Net;
using Microsoft.Extensions.Time.Testing;
using Moq;
using ServerLib.Authentication;
using ServerLib.Passwords;
using ServerLib.Tests.Accounts;
using ServerLib.Tests.Files;
using ServerLib.Tests.Server;

namespace ServerLib.Tests.Authentication;

/// <summary>
/// With closed registration, a login with an unknown name does the same work as one with a known name, and gets the same answer. The test
/// does not measure time. It counts the work: hashes with their cost and threads, and reads and writes of the user database.
/// </summary>
[TestClass]
public sealed class NothingToLearnTests
{
    private const int Attempts = 200;
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly FakeTimeProvider _time = new();
    private readonly ServerOptions _options = new() { Login = { Registration = RegistrationPolicy.Closed } };

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task An_unknown_name_costs_what_a_known_one_does(bool isByKey)
    {
        using var folder = new TempFolder();
        var work = new CountedWork();
        using var hasher = new Argon2idPasswordHasher(
            new PasswordHashingOptions { MemorySize = 64, Iterations = 1, Threads = 2 }, null, work.Hash, work.Hash);
        var files = new FaultyFiles { Fault = work.Touch };
        await using var database = new LiteDbUserDatabase(folder.Path, hasher, _time, null, null, null, files.Open);
        await database.CreateNewUserAsync(new("alice", "secret"), _guard);
        var authenticator = new Authenticator(database, _options, keys: database, accounts: database);

        // The first attempts fill the account's list of attempts and the list for unknown names.
        for (int i = 0; i < 60; i++)
        {
            await AttemptAsync("alice", i);
            await AttemptAsync($"nobody{i}", i);
        }

        var known = new List<string>();
        var unknown = new List<string>();
        for (int i = 0; i < Attempts / 2; i++)
        {
            // Each kind is first as often as second, because the engine does some work only now and then.
            bool isKnownFirst = i % 2 == 0;
            for (int turn = 0; turn < 2; turn++)
            {
                bool isKnown = isKnownFirst == (turn == 0);
                (isKnown ? known : unknown).Add(await AttemptAsync(isKnown ? "alice" : $"unknown{i}", i));
            }
        }

        // Now and then the engine shortens its log, after any attempt.
        (string usual, int count) = Usual(known);
        Assert.AreEqual(usual, Usual(unknown).Work);
        Assert.IsGreaterThanOrEqualTo(Attempts / 2 * 9 / 10, count);
        Assert.IsGreaterThanOrEqualTo(Attempts / 2 * 9 / 10, Usual(unknown).Count);
        foreach (string attempt in (string[])[.. known, .. unknown])
            StringAssert.StartsWith(attempt, usual.Split("; ")[0] + "; ");
        StringAssert.Contains(usual, "users-log.db flush");

        async Task<string> AttemptAsync(string name, int i)
        {
            work.Clear();
            var given = new Credentials(name, isByKey ? "" : $"wrong {i}", new IPEndPoint(IPAddress.Loopback, 50_000 + i))
            {
                IsByKey = isByKey,
                ProvenKey = isByKey ? BitConverter.GetBytes(i) : default,
            };
            Assert.AreEqual(LoginCode.Failure, (await authenticator.AuthenticateAsync(given, _guard)).Code);
            // The database records the attempt after the answer. It does its work in order, so this waits for the record.
            await database.HasUserAsync("bob", _guard);
            return work.ToString();
        }
    }

    [TestMethod]
    public async Task The_throttle_treats_known_and_unknown_names_alike()
    {
        using var throttle = new LoginThrottle(_options, timeProvider: _time);
        using var folder = new AccountsFolder();
        await using LiteDbUserDatabase database = folder.Open(_time);
        await database.CreateNewUserAsync(new("alice", "secret"), _guard);
        var log = new Mock<ILog>();
        var throttling = new LoginPipeline(
            new Authenticator(database, _options, throttle: throttle),
            new ThrottlingStep(throttle, new LoginThrottleReports(TestEvents.Create(log.Object, _time), null)));

        // The owner's address is known. That must not show from elsewhere.
        await throttling.AttemptAsync(new("alice", "secret", new IPEndPoint(IPAddress.Parse("192.0.2.1"), 7)), _guard);
        var codes = new List<LoginCode>();
        for (int i = 0; i < Attempts; i++)
        {
            LoginResult known = await AttemptAsync("alice", "203.0.113.1", i);
            LoginResult unknown = await AttemptAsync("nobody", "203.0.113.2", i);
            Assert.AreEqual(known with { Detail = null }, unknown with { Detail = null });
            codes.Add(known.Code);
            _time.Advance(TimeSpan.FromSeconds(6 * (i % 5)));
        }

        Assert.IsGreaterThan(5, codes.Count(code => code == LoginCode.Failure));
        Assert.IsGreaterThan(5, codes.Count(code => code == LoginCode.Delayed));
        CollectionAssert.AreEqual(
            throttle.Penalties.Where(p => p.Addresses == "203.0.113.1").Select(p => p.Remaining).ToArray(),
            throttle.Penalties.Where(p => p.Addresses == "203.0.113.2").Select(p => p.Remaining).ToArray());
        Assert.AreEqual(
            LoginCode.Delayed, (await throttling.AttemptAsync(new("alice", "secret", new IPEndPoint(IPAddress.Parse("203.0.113.3"), 7)), _guard)).Code);

        async Task<LoginResult> AttemptAsync(string name, string address, int i) =>
            await throttling.AttemptAsync(new(name, $"wrong {i / 2}", new IPEndPoint(IPAddress.Parse(address), 7)), _guard);
    }

    private static (string Work, int Count) Usual(List<string> attempts) =>
        attempts.GroupBy(work => work).Select(group => (group.Key, group.Count())).MaxBy(group => group.Item2);

    /// <summary>The work since the last <see cref="Clear"/>.</summary>
    private sealed class CountedWork
    {
        private readonly Lock _lock = new();
        private readonly List<string> _hashes = [];
        private readonly SortedDictionary<string, int> _touched = [];

        /// <summary>Notes the cost and the thread of a hash, without computing it.</summary>
        public void Hash(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, Argon2Cost cost, Span<byte> hash)
        {
            hash.Fill((byte)password.Length);
            lock (_lock)
                _hashes.Add($"{Thread.CurrentThread.Name?[..^1]}{cost} of {hash.Length}");
        }

        public Exception? Touch(string what)
        {
            lock (_lock)
            {
                if (what.StartsWith("users", StringComparison.Ordinal))
                    _touched[what] = _touched.GetValueOrDefault(what) + 1;
            }

            return null;
        }

        public void Clear()
        {
            lock (_lock)
            {
                _hashes.Clear();
                _touched.Clear();
            }
        }

        public override string ToString()
        {
            lock (_lock)
                return $"{string.Join(", ", _hashes)}; {string.Join(", ", _touched.Select(pair => $"{pair.Value} {pair.Key}"))}";
        }
    }
}
