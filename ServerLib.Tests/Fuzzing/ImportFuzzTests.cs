using System.Numerics;
using System.Text;
using Moq;
using ServerLib.Administration.Import;
using ServerLib.Passwords;

namespace ServerLib.Tests.Fuzzing;

/// <summary>The files that <c>user import</c> reads, and the password hashes in them.</summary>
[TestClass]
public sealed class ImportFuzzTests : IDisposable
{
    private const int MaxProblem = 400;

    private readonly Argon2idPasswordHasher _hasher = new(new() { MemorySize = 8, Iterations = 1, Threads = 2 });
    private readonly IAccountTransfer _accounts = EmptyDatabase();

    [TestMethod]
    public Task A_mutated_file_of_the_existing_system_is_read_to_its_end() => RunAsync("import-existing", ImportFormat.Existing);

    [TestMethod]
    public Task Mutated_comma_separated_values_are_read_to_their_end() => RunAsync("import-csv", ImportFormat.Csv);

    [TestMethod]
    public Task Mutated_lines_of_json_are_read_to_their_end() => RunAsync("import-lines", ImportFormat.JsonLines);

    [TestMethod]
    public void A_mutated_hash_is_refused_or_has_a_bounded_cost() => Fuzzer.Run(Corpus.Of("password-hash"), Shape.Bytes, 4_000, input =>
    {
        string text = Encoding.Latin1.GetString(input.Bytes);
        IImportedHash? hash = ImportedHash.Parse(text, out string? problem);
        Assert.AreEqual(hash is null, problem is not null);
        Assert.IsTrue(problem is not { Length: > MaxProblem }, problem);
        (long kibibytes, BigInteger work) = hash switch
        {
            Argon2Hash argon => (argon.Cost.MemorySize, (BigInteger)argon.Cost.MemorySize * argon.Cost.Iterations),
            ScryptHash scrypt => (
                ((128L << scrypt.LogN) * scrypt.BlockSize / 1024) + (128L * scrypt.BlockSize * scrypt.Parallelism / 1024),
                ((BigInteger)scrypt.BlockSize << scrypt.LogN) * scrypt.Parallelism),
            Pbkdf2Hash pbkdf2 => (0, pbkdf2.Iterations / 4),
            BcryptHash bcrypt => (0, BigInteger.One << (bcrypt.Cost + 6)),
            _ => (0, 0),
        };
        Assert.IsTrue(kibibytes <= 2 * ImportedHash.MaxMemory && work <= 1 << 22, text);
        if (work <= 20_000)
            _ = hash?.Verify("password"u8);

        // It also knows the server's own forms.
        _ = _hasher.FindProblem(text);
    });

    public void Dispose() => _hasher.Dispose();

    private Task RunAsync(string corpus, ImportFormat format) => Fuzzer.RunAsync(Corpus.Of(corpus), Shape.Lines, 800, async input =>
    {
        using var file = new PieceStream(input);
        _ = ImportFile.DetectFormat(file);
        var importer = new AccountImporter(_accounts, _hasher, _ => null, TimeProvider.System);
        long bad = 0, line = 1;

        ImportProgress done = await importer.RunAsync(file, format, Check, cancellationToken: Guard.NewToken());

        Assert.AreEqual(bad, done.Skipped);
        Assert.IsTrue(done.Bytes == file.Length || format == ImportFormat.Existing || bad == 1, $"{done.Bytes} of {file.Length} bytes were read.");

        ValueTask Check(ImportEntry entry)
        {
            bad++;
            Assert.IsTrue(entry.Problem is { Length: > 0 and <= MaxProblem }, entry.Problem);
            Assert.IsTrue(entry.Line >= line && entry.Line <= input.Bytes.Count(b => b == '\n') + 1, $"line {entry.Line} after {line}");
            line = entry.Line;
            return default;
        }
    });

    /// <summary>Accepts every account.</summary>
    private static IAccountTransfer EmptyDatabase()
    {
        var accounts = new Mock<IAccountTransfer>();
        accounts.Setup(a => a.HaveAccountsAsync(It.IsAny<IReadOnlyList<string>>(), It.IsAny<CancellationToken>()))
            .Returns((IReadOnlyList<string> names, CancellationToken _) => new([.. names.Select(_ => false)]));
        accounts.Setup(a => a.AddAccountsAsync(It.IsAny<IReadOnlyList<AccountRecord>>(), It.IsAny<CancellationToken>()))
            .Returns((IReadOnlyList<AccountRecord> added, CancellationToken _) =>
            {
                foreach (AccountRecord account in added)
                    Assert.IsNull(account.FindProblem());
                return new([.. added.Select(_ => new AccountAddition(true))]);
            });
        return accounts.Object;
    }

    /// <summary>A file that is read in pieces.</summary>
    private sealed class PieceStream(FuzzInput input) : MemoryStream(input.Bytes)
    {
        private int _number;

        // The other overloads call this one.
        public override int Read(byte[] buffer, int offset, int count) =>
            base.Read(buffer, offset, Math.Min(count, input.Cuts[_number++ % input.Cuts.Length]));
    }
}
