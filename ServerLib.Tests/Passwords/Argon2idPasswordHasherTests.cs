using Microsoft.Extensions.Logging;
using Moq;
using ServerLib.Passwords;

namespace ServerLib.Tests.Passwords;

[TestClass]
public sealed class Argon2idPasswordHasherTests
{
    private static PasswordHashingOptions Cheap => new() { MemorySize = 64, Iterations = 1, Threads = 1, QueueLength = 2 };

    [TestMethod]
    public async Task Only_the_right_password_verifies()
    {
        using var hasher = new Argon2idPasswordHasher(Cheap);

        string? hash = await hasher.HashAsync("pässwörd 😀", cancellationToken: Guard.NewToken());

        Assert.StartsWith("$argon2id$v=19$m=64,t=1,p=1$", hash);
        Assert.AreEqual(PasswordVerification.Success, await hasher.VerifyAsync("pässwörd 😀", hash, cancellationToken: Guard.NewToken()));
        Assert.AreEqual(PasswordVerification.Failed, await hasher.VerifyAsync("pässwörd", hash, cancellationToken: Guard.NewToken()));
        Assert.AreEqual(PasswordVerification.Failed, await hasher.VerifyAsync("", hash, cancellationToken: Guard.NewToken()));
        Assert.AreNotEqual(hash, await hasher.HashAsync("pässwörd 😀", cancellationToken: Guard.NewToken()), "Every hash has its own salt.");
    }

    [TestMethod]
    public async Task The_defaults_are_those_that_OWASP_recommends()
    {
        using var hasher = new Argon2idPasswordHasher(new PasswordHashingOptions());
        Assert.StartsWith("$argon2id$v=19$m=19456,t=2,p=1$", await hasher.HashAsync("password", cancellationToken: Guard.NewToken()));
        string stored = Argon2idTests.Vectors.First().Hash;
        Assert.AreEqual(PasswordVerification.Success, await hasher.VerifyAsync("password", stored, cancellationToken: Guard.NewToken()));
    }

    [TestMethod]
    [DataRow(65, 1, 1)]
    [DataRow(64, 2, 1)]
    [DataRow(64, 1, 2)]
    public async Task A_hash_with_other_parameters_needs_a_rehash(int memory, int iterations, int parallelism)
    {
        using var old = new Argon2idPasswordHasher(new() { MemorySize = memory, Iterations = iterations, Parallelism = parallelism });
        using var hasher = new Argon2idPasswordHasher(Cheap);
        string? hash = await old.HashAsync("password", cancellationToken: Guard.NewToken());

        Assert.AreEqual(PasswordVerification.Success, await old.VerifyAsync("password", hash!, cancellationToken: Guard.NewToken()));
        Assert.AreEqual(PasswordVerification.SuccessRehashNeeded, await hasher.VerifyAsync("password", hash!, cancellationToken: Guard.NewToken()));
        Assert.AreEqual(PasswordVerification.Failed, await hasher.VerifyAsync("passwort", hash!, cancellationToken: Guard.NewToken()));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8")]
    [DataRow("$argon2id$v=19$m=4294967296,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$K13EBUiG7JV+9ZxztmHFTdb7J0WQsnj2V8bZaqyPptE")]
    public async Task An_invalid_hash_fails_at_the_cost_of_a_valid_one(string hash)
    {
        var computed = new List<Argon2Cost>();
        using var hasher = new Argon2idPasswordHasher(Cheap, null, Record, Record);
        computed.Clear();

        Assert.AreEqual(PasswordVerification.Failed, await hasher.VerifyAsync("password", hash, cancellationToken: Guard.NewToken()));

        CollectionAssert.AreEqual(new[] { new Argon2Cost(64, 1, 1) }, computed);

        void Record(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, Argon2Cost cost, Span<byte> result)
        {
            Assert.AreEqual(PasswordHash.SaltSize, salt.Length);
            Assert.AreEqual(PasswordHash.HashSize, result.Length);
            computed.Add(cost);
        }
    }

    [TestMethod]
    public async Task Each_verification_costs_one_hash()
    {
        int computed = 0;
        using var hasher = new Argon2idPasswordHasher(Cheap, null, Count, Count);
        string? hash = await hasher.HashAsync("password", cancellationToken: Guard.NewToken());
        computed = 0;

        await hasher.VerifyAsync("password", hash!, cancellationToken: Guard.NewToken());
        Assert.AreEqual(1, computed);
        await hasher.VerifyAsync("passwort", hash!, cancellationToken: Guard.NewToken());
        Assert.AreEqual(2, computed);

        void Count(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, Argon2Cost cost, Span<byte> result) => computed++;
    }

    [TestMethod]
    public async Task A_full_queue_answers_busy()
    {
        using var gate = new Gate();
        using var hasher = new Argon2idPasswordHasher(Cheap, null, WaitUnlessProbed, WaitUnlessProbed);
        Task<string?>[] taken = Enumerable.Range(0, 3)
            .Select(_ => hasher.HashAsync("password", cancellationToken: Guard.NewToken()).AsTask()).ToArray();

        ValueTask<string?> refusedHash = hasher.HashAsync("password", cancellationToken: Guard.NewToken());
        ValueTask<PasswordVerification> refusedVerification = hasher.VerifyAsync("password", "", cancellationToken: Guard.NewToken());

        Assert.IsTrue(refusedHash.IsCompleted && refusedVerification.IsCompleted);
        Assert.IsNull(await refusedHash);
        Assert.AreEqual(PasswordVerification.Busy, await refusedVerification);
        gate.Open();
        Assert.IsFalse((await Task.WhenAll(taken)).Contains(null));

        void WaitUnlessProbed(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, Argon2Cost cost, Span<byte> result)
        {
            if (cost != Argon2Cost.Least)
                gate.Wait();
        }
    }

    [TestMethod]
    public async Task A_cancelled_token_cancels_the_task()
    {
        using var hasher = new Argon2idPasswordHasher(Cheap);
        var cancelled = new CancellationToken(true);
        await Assert.ThrowsAsync<OperationCanceledException>(() => hasher.HashAsync("password", cancellationToken: cancelled).AsTask());
        await Assert.ThrowsAsync<OperationCanceledException>(() => hasher.VerifyAsync("password", "", cancellationToken: cancelled).AsTask());
    }

    [TestMethod]
    public async Task A_disposed_hasher_throws()
    {
        var hasher = new Argon2idPasswordHasher(Cheap);
        hasher.Dispose();
        hasher.Dispose();

        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(() => hasher.HashAsync("password", cancellationToken: Guard.NewToken()).AsTask());
        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(
            () => hasher.VerifyAsync("password", "", cancellationToken: Guard.NewToken()).AsTask());
    }

    [TestMethod]
    public async Task BouncyCastle_replaces_libsodium_with_a_warning_if_it_cannot_be_loaded()
    {
        var logger = new Mock<ILogger<Argon2idPasswordHasher>>();
        logger.Setup(l => l.IsEnabled(It.IsAny<LogLevel>())).Returns(true);
        int tried = 0;
        using var hasher = new Argon2idPasswordHasher(Cheap, logger.Object, Missing, BouncyCastleArgon2id.Compute);
        using var ordinary = new Argon2idPasswordHasher(Cheap);

        string? hash = await hasher.HashAsync("password", cancellationToken: Guard.NewToken());

        Assert.AreEqual(PasswordVerification.Success, await ordinary.VerifyAsync("password", hash!, cancellationToken: Guard.NewToken()));
        Assert.AreEqual(1, tried, "It is decided once.");
        Assert.AreEqual(1, Logged(logger).Count(entry => entry.Level == LogLevel.Warning));
        StringAssert.Contains(Logged(logger).Last().Text, "by BouncyCastle. Threads: 1, ", StringComparison.Ordinal);

        void Missing(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, Argon2Cost cost, Span<byte> result)
        {
            tried++;
            throw new TypeInitializationException("NSec", new DllNotFoundException("libsodium"));
        }
    }

    [TestMethod]
    [DataRow(1, "libsodium")]
    [DataRow(2, "BouncyCastle")]
    public async Task BouncyCastle_computes_hashes_with_more_than_one_lane(int parallelism, string expected)
    {
        var logger = new Mock<ILogger<Argon2idPasswordHasher>>();
        logger.Setup(l => l.IsEnabled(It.IsAny<LogLevel>())).Returns(true);
        var used = new List<string>();
        PasswordHashingOptions options = Cheap;
        options.Parallelism = parallelism;
        using var hasher = new Argon2idPasswordHasher(
            options, logger.Object, (_, _, _, _) => used.Add("libsodium"), (_, _, _, _) => used.Add("BouncyCastle"));
        used.Clear();

        await hasher.HashAsync("password", cancellationToken: Guard.NewToken());

        CollectionAssert.AreEqual(new[] { expected }, used);
        (LogLevel level, string text) = Logged(logger).Single();
        Assert.AreEqual(LogLevel.Information, level);
        StringAssert.Contains(text, $"by {expected}. ", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow(7, 1, 1, 0, 1)]
    [DataRow(64, 0, 1, 0, 1)]
    [DataRow(64, 1, 0, 0, 1)]
    [DataRow(64, 1, 9, 0, 1)]
    [DataRow(64, 1, 1, -1, 1)]
    [DataRow(64, 1, 1, 0, 0)]
    public void The_constructor_rejects_options_out_of_range(int memory, int iterations, int parallelism, int threads, int queue) =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new Argon2idPasswordHasher(new()
        {
            MemorySize = memory,
            Iterations = iterations,
            Parallelism = parallelism,
            Threads = threads,
            QueueLength = queue,
        }));

    private static IEnumerable<(LogLevel Level, string Text)> Logged(Mock<ILogger<Argon2idPasswordHasher>> logger) =>
        logger.Invocations
            .Where(call => call.Method.Name == nameof(ILogger.Log))
            .Select(call => ((LogLevel)call.Arguments[0]!, call.Arguments[2]!.ToString()!));
}
