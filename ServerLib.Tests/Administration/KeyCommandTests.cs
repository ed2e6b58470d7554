using System.Security.Cryptography;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Administration;
using ServerLib.Auditing;
using ServerLib.Tests.Accounts;
using ServerLib.Tests.Cli.Chat;
using ServerLib.Tests.EndToEnd;

namespace ServerLib.Tests.Administration;

/// <summary>The commands about users' keys, on a real database.</summary>
[TestClass]
public sealed class KeyCommandTests : IAsyncDisposable
{
    private static readonly AdminCaller Admin = new("ada", "192.0.2.1:7");

    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly AccountsFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly LiteDbUserDatabase _database;
    private readonly TempFolder _temp = new();
    private readonly AuditTrail _audit;
    private readonly RSA _key = ClientKeys.Next();
    private readonly string _fingerprint;

    public KeyCommandTests()
    {
        _database = _folder.Open(_time);
        _audit = new AuditTrail(_temp.Path, timeProvider: _time);
        _fingerprint = UserKey.FingerprintOf(_key.ExportSubjectPublicKeyInfo());
    }

    [TestInitialize]
    public async Task RegisterAsync() => Assert.IsTrue((await _database.CreateNewUserAsync(new("zoe", "secret"), _guard)).IsOk);

    [TestMethod]
    public async Task A_key_from_a_file_is_added_listed_removed_and_audited()
    {
        const string Header = "NAME    FINGERPRINT                                         ADDED                       LAST USED\n";
        File.WriteAllText(_temp.File("zoe.pem"), _key.ExportSubjectPublicKeyInfoPem());
        Assert.AreEqual((0, $"zoe can log in with laptop {_fingerprint}"), await TypeAsync("user key add zoe laptop zoe.pem"));
        Assert.AreEqual((0, $"{Header}laptop  {_fingerprint}  2026-01-02 03:04:05 +00:00  never"), await AnswerAsync("user key list zoe"));
        _time.Advance(TimeSpan.FromHours(1));
        var login = new Credentials("zoe", "") { IsByKey = true, ProvenKey = _key.ExportSubjectPublicKeyInfo() };
        Assert.IsTrue((await _database.AuthenticateKeyAsync(login, _guard)).IsOk);
        Assert.AreEqual(
            (0, $"{Header}laptop  {_fingerprint}  2026-01-02 03:04:05 +00:00  2026-01-02 04:04:05 +00:00"), await AnswerAsync("user key list ZOE"));
        Assert.AreEqual(
            (0, $"removed laptop {_fingerprint}; connections that used it stay"), await AnswerAsync("user key remove zoe laptop", caller: Admin));
        Assert.AreEqual((0, "zoe has no keys"), await AnswerAsync("user key list zoe"));

        AuditEntry[] entries = [.. (await _audit.ReadNewestAsync(10)).Where(e => e.Event is AuditEvent.KeyAdded or AuditEvent.KeyRemoved)];
        Assert.AreEqual((AuditEvent.KeyRemoved, "zoe", "ada", $"laptop {_fingerprint}"), Told(entries[0]));
        Assert.AreEqual((AuditEvent.KeyAdded, "zoe", "console", $"laptop {_fingerprint}"), Told(entries[1]));
    }

    [TestMethod]
    [DataRow("\n")]
    [DataRow("\r\n")]
    [DataRow(" ")]
    [DataRow("")]
    public async Task A_key_may_have_any_line_ends(string lineEnd)
    {
        string pem = _key.ExportSubjectPublicKeyInfoPem().ReplaceLineEndings(lineEnd);
        Assert.AreEqual(0, (await AnswerAsync("user key add zoe laptop zoe.pem", pem, Admin)).Exit);
        Assert.AreEqual(_fingerprint, (await _database.GetKeysAsync("zoe", _guard))!.Single().Fingerprint);
    }

    [TestMethod]
    public async Task The_server_opens_no_file_for_a_key()
    {
        string file = _temp.File("zoe.pem");
        File.WriteAllText(file, _key.ExportSubjectPublicKeyInfoPem());
        foreach (AdminCaller caller in (AdminCaller[])[Admin, AdminCaller.Console])
        {
            Assert.AreEqual(
                (2, "the key is missing; use a client that reads the file and sends it as the command's input"),
                await AnswerAsync($"user key add zoe laptop {file}", caller: caller));
        }

        Assert.IsEmpty((await _database.GetKeysAsync("zoe", _guard))!);
    }

    [TestMethod]
    [DataRow("private", 2, "this is a private key, which must stay secret")]
    [DataRow("curve", 2, "this is not an RSA public key")]
    [DataRow("empty", 2, "this is not an RSA public key")]
    [DataRow("huge", 2, "this is not an RSA public key")]
    [DataRow("beginning", 2, "this is not an RSA public key")]
    [DataRow("missing", 3, "there is no file")]
    public async Task A_file_without_a_public_key_is_refused(string what, int exit, string expected)
    {
        using ECDsa curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (what != "missing")
        {
            File.WriteAllText(_temp.File("key"), what switch
            {
                "private" => _key.ExportPkcs8PrivateKeyPem(),
                "beginning" => "-----BEGIN PUBLIC KEY-----",
                "curve" => curve.ExportSubjectPublicKeyInfoPem(),
                "huge" => $"-----BEGIN PUBLIC KEY-----\n{new string('A', 1_000_000)}\n-----END PUBLIC KEY-----",
                _ => "",
            });
        }

        (int code, string output) = await TypeAsync("user key add zoe laptop key");
        Assert.AreEqual(exit, code);
        Assert.StartsWith(expected, output);
    }

    [TestMethod]
    public async Task A_private_key_is_not_sent_to_the_server()
    {
        File.WriteAllText(_temp.File("key"), _key.ExportPkcs8PrivateKeyPem());
        int sent = 0;
        var shell = new AdminShell(new FakeAdminTerminal { Folder = _temp.Path }, (_, _) =>
        {
            sent++;
            return Task.FromResult(new CommandOutput(0, ""));
        });

        Assert.AreEqual(2, (await shell.RunAsync("user key add zoe laptop key", _guard)).Exit);
        Assert.AreEqual(0, sent);
    }

    [TestMethod]
    public async Task Missing_and_existing_keys_exit_with_3_and_wrong_usage_with_2()
    {
        string pem = _key.ExportSubjectPublicKeyInfoPem();
        await AnswerAsync("user key add zoe laptop x", pem);
        using RSA other = LargeKeys.OfSize(4096);
        string otherPem = other.ExportSubjectPublicKeyInfoPem();

        Assert.AreEqual((3, "there is no account a\\u001Bl"), await AnswerAsync("user key list a\u001bl"));
        Assert.AreEqual((3, "there is no account al"), await AnswerAsync("user key add al laptop x", pem));
        Assert.AreEqual((3, "zoe has no key phone; 'user key list zoe' lists the keys"), await AnswerAsync("user key remove zoe phone"));
        Assert.AreEqual((2, $"{_temp.Path} is a folder"), await TypeAsync($"user key add zoe laptop {_temp.Path}"));
        Assert.AreEqual((3, "there is no account nobody"), await AnswerAsync("user key remove nobody x"));
        Assert.AreEqual((2, "usage: user key add NAME KEYNAME FILE"), await TypeAsync("user key add zoe laptop"));
        Assert.AreEqual((2, "usage: user key remove NAME KEYNAME"), await AnswerAsync("user key remove zoe"));
        Assert.AreEqual(2, (await AnswerAsync("user key remove zoe laptop phone")).Exit);
        Assert.AreEqual((3, "the account has this key already"), await AnswerAsync("user key add zoe phone x", pem));
        Assert.AreEqual(
            (3, "the account has another key with this name; remove it first, with 'user key remove'"),
            await AnswerAsync("user key add zoe laptop x", otherPem));
        Assert.AreEqual(
            (2, "a key cannot have this name; the rules for names of users apply: A name must not contain ':'."),
            await AnswerAsync("user key add zoe a:b x", otherPem));
    }

    [TestMethod]
    public async Task The_audit_trail_has_the_address_of_an_admin_too()
    {
        await AnswerAsync("user key add zoe laptop x", _key.ExportSubjectPublicKeyInfoPem(), Admin);
        await AnswerAsync("user key remove zoe laptop", caller: Admin);
        IReadOnlyList<AuditEntry> entries = await _audit.ReadAsync(new AuditFilter { Actor = Admin.Name }, 10, _guard);
        Assert.HasCount(4, entries);
        Assert.IsTrue(entries.All(entry => entry.Address == Admin.Address));
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        await _audit.DisposeAsync();
        _folder.Dispose();
        _temp.Dispose();
        _key.Dispose();
    }

    private async Task<(int Exit, string Output)> AnswerAsync(string line, string? input = null, AdminCaller? caller = null)
    {
        await using var run = new AdminRun(_database, _audit, _time);
        return await run.AnswerAsync(line, input, caller);
    }

    /// <summary>Types a line at the server's console, in the folder of the test.</summary>
    private async Task<(int Exit, string Output)> TypeAsync(string line)
    {
        await using var run = new AdminRun(_database, _audit, _time);
        CommandOutput output = await new AdminShell(new FakeAdminTerminal { Folder = _temp.Path }, run.Runner).RunAsync(line, _guard);
        return (output.Exit, output.Text);
    }

    private static (AuditEvent, string, string, string) Told(AuditEntry entry) => (entry.Event, entry.Name, entry.Actor, entry.Detail);
}
