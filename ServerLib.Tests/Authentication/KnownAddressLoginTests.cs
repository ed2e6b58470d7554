using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Moq;
using ServerLib.Authentication;
using ServerLib.Passwords;
using ServerLib.Tests.Passwords;
using ServerLib.Tests.Server;

namespace ServerLib.Tests.Authentication;

/// <summary>Logins from a known address while unknown clients keep all hashing threads busy.</summary>
[TestClass]
public sealed class KnownAddressLoginTests
{
    private static readonly IPAddress Home = IPAddress.Parse("192.0.2.1");
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task A_login_from_a_known_address_is_next_however_many_unknown_clients_wait()
    {
        using var gate = new Gate();
        var computed = new ConcurrentQueue<string>();
        using var hasher = new Argon2idPasswordHasher(
            new PasswordHashingOptions { MemorySize = 64, Iterations = 1, Threads = 1, QueueLength = 4 }, null, Hash, Hash);
        var watched = new WatchedHasher(hasher);
        using var folder = new TempFolder();
        await using var database = new LiteDbUserDatabase(folder.Path, watched);
        var options = new ServerOptions { Login = { Registration = RegistrationPolicy.Closed } };
        using var throttle = new LoginThrottle(options);
        var login = new LoginPipeline(
            new Authenticator(database, options, throttle: throttle),
            new ThrottlingStep(throttle, new LoginThrottleReports(TestEvents.Create(), null)));
        await database.AddAccountAsync("ada", "right", _guard);
        Assert.AreEqual(LoginResult.Ok("ada"), await LogInAsync("right", Home));

        Task<LoginResult> first = LogInAsync("held up", Unknown(0), "name0");
        gate.WaitUntilReached();
        Task<LoginResult>[] unknown = [.. Enumerable.Range(1, 5).Select(i => LogInAsync($"guess {i}", Unknown(i), $"name{i}"))];
        Assert.AreEqual(new LoginResult(LoginCode.Busy), await await Task.WhenAny(unknown), "The queue of unknown clients is full.");
        Task waits = watched.NextWithPriority;
        Task<LoginResult> owner = LogInAsync("right", Home);
        await waits.WaitAsync(_guard);
        Task<LoginResult> admin = database.SetPasswordAsync("bob", "new", cancellationToken: _guard).AsTask();
        Assert.AreEqual(new LoginResult(LoginCode.Busy), await LogInAsync("right", Unknown(6)));
        gate.Open();

        Assert.AreEqual(LoginResult.Ok("ada"), await owner);
        await Task.WhenAll([first, admin, .. unknown]);
        string[] order = [.. computed];
        Assert.HasCount(6, order);
        Assert.AreEqual("right", order[0]);
        Assert.AreEqual("new", order[2]);

        Task<LoginResult> LogInAsync(string password, IPAddress from, string name = "ada") =>
            login.AttemptAsync(new Credentials(name, password, new IPEndPoint(from, 7)), _guard).AsTask();

        void Hash(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, Argon2Cost cost, Span<byte> result)
        {
            string text = Encoding.UTF8.GetString(password);
            if (text == "held up")
            {
                computed.Clear();
                gate.Wait();
            }
            else
            {
                computed.Enqueue(text);
            }

            BouncyCastleArgon2id.Compute(password, salt, cost, result);
        }
    }

    private static IPAddress Unknown(int number) => new([203, 0, 113, (byte)number]);

    /// <summary>Reports when work with priority is in the queue.</summary>
    private sealed class WatchedHasher(IPasswordHasher hasher) : IPasswordHasher
    {
        private TaskCompletionSource _priority = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task NextWithPriority => (_priority = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

        public ValueTask<string?> HashAsync(string password, bool hasPriority = false, CancellationToken cancellationToken = default) =>
            hasher.HashAsync(password, hasPriority, cancellationToken);

        public ValueTask<PasswordVerification> VerifyAsync(
            string password, string hash, bool hasPriority = false, CancellationToken cancellationToken = default)
        {
            ValueTask<PasswordVerification> answer = hasher.VerifyAsync(password, hash, hasPriority, cancellationToken);
            if (hasPriority)
                _priority.TrySetResult();
            return answer;
        }
    }
}
