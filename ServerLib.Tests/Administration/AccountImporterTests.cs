using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Administration.Commands;
using ServerLib.Administration.Import;
using ServerLib.Passwords;

namespace ServerLib.Tests.Administration;

[TestClass]
public sealed class AccountImporterTests : IDisposable
{
    private const string Bcrypt = "$2a$04$CCCCCCCCCCCCCCCCCCCCC.0uP/2zHIr81tVya45gVnDFLBmqu9l4W";

    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly TempFolder _temp = new();
    private readonly FakeTimeProvider _time = new();
    private readonly Argon2idPasswordHasher _hasher = new(new() { MemorySize = 8, Iterations = 1, Threads = 2 });
    private readonly LiteDbUserDatabase _database;

    public AccountImporterTests() => _database = new LiteDbUserDatabase(_temp.Path, _hasher);

    [TestMethod]
    public async Task Old_hashes_are_wrapped_and_the_old_passwords_work()
    {
        string old = WrappedHash.OldHashOf("correct horse");
        string text = $$$"""{"users": {"Ada": {"credentials": {"password": "{{{old}}}"}, "statistics": {"logon_count": 3} } } }""";

        (ImportProgress done, string bad) = await ImportAsync(text, ImportFormat.Existing);

        Assert.AreEqual((1, 0, 0, ""), (done.Added, done.Existing, done.Skipped, bad));
        Assert.StartsWith("$argon2id-sha256$v=19$m=8,t=1,p=1$", (await _database.ReadAccountsAsync(1, cancellationToken: _guard)).Accounts[0].PasswordHash);
        Assert.AreEqual(LoginResult.Ok("Ada"), await _database.AuthenticateUserAsync(new Credentials("ada", "correct horse"), _guard));
        await _database.DisposeAsync();
        Assert.DoesNotContain(
            WrappedHash.OldHashOf("correct horse"), Encoding.Latin1.GetString(await File.ReadAllBytesAsync(_temp.File("users.db"), _guard)));
    }

    [TestMethod]
    public async Task Importing_again_changes_nothing()
    {
        string text = Lines(Enumerable.Range(0, 250).Select(i => $"user{i}"));
        Assert.AreEqual(250, (await ImportAsync(text)).Done.Added);
        await _database.SetPasswordAsync("user7", "another", cancellationToken: _guard);
        string before = await ExportAsync();

        ImportProgress again = (await ImportAsync(text)).Done;

        Assert.AreEqual((0, 250, 0), (again.Added, again.Existing, again.Skipped));
        Assert.AreEqual(before, await ExportAsync());
    }

    [TestMethod]
    public async Task Bad_entries_are_listed_and_the_others_imported()
    {
        string text = Lines(["ada", "a b", "ADA", "SERVER", "bob"]) + """{"name":"carol","hash":"secret"}""";

        (ImportProgress done, string bad) = await ImportAsync(text, findNameProblem: name => name == "SERVER" ? "The name SERVER is reserved." : null);

        Assert.AreEqual((2, 0, 4), (done.Added, done.Existing, done.Skipped));
        Assert.AreEqual(
            """
            2 a b: A name must not contain white space
            3 ADA: the file has this name twice
            4 SERVER: The name SERVER is reserved
            6 carol: it must be a bcrypt, scrypt, PBKDF2 or Argon2 hash
            """,
            bad);
    }

    [TestMethod]
    public async Task An_interrupted_import_is_continued_by_running_it_again()
    {
        string text = Lines(Enumerable.Range(0, 450).Select(i => $"user{i}"));
        using var interrupt = new CancellationTokenSource();
        var progress = new SyncProgress(report =>
        {
            if (report.Added == 200)
                interrupt.Cancel();
        });

        await Assert.ThrowsExactlyAsync<OperationCanceledException>(() => ImportAsync(text, progress: progress, cancellationToken: interrupt.Token));
        ImportProgress again = (await ImportAsync(text)).Done;

        Assert.AreEqual((250, 200), (again.Added, again.Existing));
    }

    [TestMethod]
    public async Task The_progress_counts_bytes_and_estimates_the_remaining_time()
    {
        List<ImportProgress> reports = [];
        string text = Lines(Enumerable.Range(0, 1_500).Select(i => $"user{i:D4}"));
        var progress = new SyncProgress(report =>
        {
            reports.Add(report);
            _time.Advance(TimeSpan.FromSeconds(1));
        });

        await ImportAsync(text, progress: progress);

        Assert.HasCount(16, reports);
        Assert.AreEqual((0, null), (reports[0].Bytes, reports[0].Left));
        Assert.AreEqual(text.Length, reports[^1].Bytes);
        Assert.AreEqual(TimeSpan.Zero, reports[^1].Left);
        Assert.IsTrue(reports[5].Left > TimeSpan.Zero);
        CollectionAssert.AreEqual(reports.Select(report => report.Added).Order().ToArray(), reports.Select(report => report.Added).ToArray());
    }

    [TestMethod]
    public async Task The_remaining_time_does_not_count_what_an_earlier_import_has_added()
    {
        string[] names = [.. Enumerable.Range(0, 3_000).Select(i => $"user{i:D4}")];
        await ImportAsync(Lines(names.Take(1_500)));
        List<ImportProgress> reports = [];
        string text = Lines(names);

        await ImportAsync(text, progress: new SyncProgress(report =>
        {
            reports.Add(report);
            _time.Advance(TimeSpan.FromSeconds(report.Existing == report.Added + report.Existing ? 0 : 10));
        }));

        ImportProgress last = reports.Last(report => report.Added < 1_400);
        Assert.AreEqual(1_300, last.Added);
        Assert.AreEqual(20, last.Left!.Value.TotalSeconds, delta: 5);
    }

    [TestMethod]
    public async Task An_export_with_hashes_can_be_imported_completely()
    {
        await _database.AddAccountsAsync(
            [
                new AccountRecord
                {
                    Name = "Zoë😀",
                    PasswordHash = Bcrypt,
                    IsAdmin = true,
                    IsLocked = true,
                    RegisteredAt = DateTimeOffset.UnixEpoch.AddTicks(1),
                    RegisteredFrom = "[::1]:5",
                    PasswordSetAt = DateTimeOffset.UnixEpoch.AddTicks(2),
                    Keys = [new UserKey("laptop", UserKey.FingerprintOf([1]), DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch)],
                    Attempts = ["10.0.0.1:1"],
                    AttemptCount = 17,
                    Logons = ["10.0.0.1:1"],
                    LogonCount = 12,
                    Broadcasts = 7,
                },
            ],
            _guard);
        await _database.AddAccountAsync("bob", "secret", _guard);
        string exported = await ExportAsync();

        using var other = new TempFolder();
        await using var second = new LiteDbUserDatabase(other.Path, _hasher);
        ImportProgress done = (await ImportAsync(exported, into: second)).Done;

        Assert.AreEqual((2, 0), (done.Added, done.Skipped));
        Assert.AreEqual(exported, await ExportAsync(second));
        Assert.AreEqual(LoginResult.Ok("bob"), await second.AuthenticateUserAsync(new Credentials("bob", "secret"), _guard));
    }

    [TestMethod]
    public async Task An_export_contains_hashes_only_on_request()
    {
        await _database.AddAccountAsync("bob", "secret", _guard);
        string text = await ExportAsync(withHashes: false);
        Assert.StartsWith("{\"name\":\"bob\",\"role\":\"user\",\"locked\":false,\"createdAt\":", text);
        Assert.DoesNotContain("hash", text);
        (ImportProgress done, string bad) = await ImportAsync(text);
        Assert.AreEqual((0, 1, "1 bob: it has no password hash"), (done.Added, done.Skipped, bad));
    }

    public void Dispose()
    {
        _database.Dispose();
        _hasher.Dispose();
        _temp.Dispose();
    }

    private static string Lines(IEnumerable<string> names) =>
        string.Concat(names.Select(name => $$"""{"name":"{{name}}","hash":"{{Bcrypt}}"}""" + "\n"));

    private async Task<(ImportProgress Done, string Bad)> ImportAsync(
        string text,
        ImportFormat format = ImportFormat.JsonLines,
        Func<string, string?>? findNameProblem = null,
        IProgress<ImportProgress>? progress = null,
        IAccountTransfer? into = null,
        CancellationToken? cancellationToken = null)
    {
        List<string> bad = [];
        var importer = new AccountImporter(into ?? _database, _hasher, findNameProblem ?? (_ => null), _time);
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(text));
        ImportProgress done = await importer.RunAsync(
            file,
            format,
            entry =>
            {
                bad.Add($"{entry.Line} {entry.Name}: {entry.Problem}");
                return default;
            },
            progress,
            cancellationToken ?? _guard);
        return (done, string.Join('\n', bad));
    }

    /// <summary>All accounts as the command <c>user export</c> writes them.</summary>
    private async Task<string> ExportAsync(IAccountTransfer? from = null, bool withHashes = true)
    {
        await using var run = new AdminRun(from ?? _database);
        var text = new StringBuilder();
        string? next = null;
        do
        {
            string line = $"{UserExportPageCommand.Path}{(withHashes ? " --hashes" : "")}{(next is null ? "" : $" --after {next}")}";
            JsonElement page = (await run.RunAsync(line)).Data!.Value;
            foreach (JsonElement account in page.GetProperty("lines").EnumerateArray())
                text.Append(account.GetString()).Append('\n');
            next = page.GetProperty("next").GetString();
        }
        while (next is not null);
        return text.ToString();
    }

    private sealed class SyncProgress(Action<ImportProgress> report) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) => report(value);
    }
}
