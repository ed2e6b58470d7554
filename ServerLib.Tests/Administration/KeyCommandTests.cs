using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Administration;
using ServerLib.Administration.Commands;
using ServerLib.Auditing;
using ServerLib.Tests.Accounts;
using ServerLib.Tests.Cli.Chat;
using ServerLib.Tests.EndToEnd;

namespace ServerLib.Tests.Administration;

/// <summary>The commands about users' keys, on a real database.</summary>
[TestClass]
public sealed class KeyCommandTests : IAsyncDisposable
{
    private static readonly CommandCaller Admin = new("ada", "192.0.2.1:7");

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
        File.WriteAllText(_temp.File("zoe.pem"), _key.ExportSubjectPublicKeyInfoPem());
        Assert.AreEqual((0, $"zoe can log in with laptop {_fingerprint}\n"), await RunAsync(AddKey, "zoe laptop zoe.pem"));
        Assert.AreEqual((0, $"laptop  {_fingerprint}  added 2026-01-02 03:04:05 +00:00  never used\n"), await RunAsync(Keys, "zoe"));
        _time.Advance(TimeSpan.FromHours(1));
        var login = new Credentials("zoe", "") { IsByKey = true, ProvenKey = _key.ExportSubjectPublicKeyInfo() };
        Assert.IsTrue((await _database.AuthenticateKeyAsync(login, _guard)).IsOk);
        Assert.AreEqual(
            (0, $"laptop  {_fingerprint}  added 2026-01-02 03:04:05 +00:00  last used 2026-01-02 04:04:05 +00:00\n"), await RunAsync(Keys, "ZOE"));
        Assert.AreEqual((0, $"removed laptop {_fingerprint}; connections that used it stay\n"), await RunAsync(RemoveKey, "zoe laptop", Admin));
        Assert.AreEqual((0, "zoe has no keys\n"), await RunAsync(Keys, "zoe"));

        List<AuditEntry> entries = await _audit.ReadNewestAsync(2);
        Assert.AreEqual((AuditEvent.KeyRemoved, "zoe", "ada", $"laptop {_fingerprint}"), Told(entries[0]));
        Assert.AreEqual((AuditEvent.KeyAdded, "zoe", "console", $"laptop {_fingerprint}"), Told(entries[1]));
    }

    [TestMethod]
    [DataRow("\n")]
    [DataRow(" ")]
    [DataRow("")]
    public async Task A_key_may_stand_in_the_line_itself_which_is_what_admins_elsewhere_do(string lineEnd)
    {
        string line = $"zoe laptop {_key.ExportSubjectPublicKeyInfoPem().ReplaceLineEndings(lineEnd)}";
        Assert.AreEqual(0, (await RunAsync(AddKey, line, Admin)).Exit);
        Assert.AreEqual(_fingerprint, (await _database.GetKeysAsync("zoe", _guard))!.Single().Fingerprint);
    }

    [TestMethod]
    public async Task Files_are_not_read_for_admins_elsewhere()
    {
        File.WriteAllText(_temp.File("zoe.pem"), _key.ExportSubjectPublicKeyInfoPem());
        foreach (string file in (string[])["zoe.pem", "nowhere"])
        {
            Assert.AreEqual(
                (2, "only the server's console can read files; give the key itself as PEM in one line (tr '\\n' ' ' < FILE)\n"),
            await RunAsync(AddKey, $"zoe laptop {file}", Admin));
        }

        Assert.IsEmpty((await _database.GetKeysAsync("zoe", _guard))!);
    }

    [TestMethod]
    [DataRow("private", 2, "this is a private key, which must stay secret")]
    [DataRow("curve", 2, "this is not an RSA public key")]
    [DataRow("empty", 2, "this is not an RSA public key")]
    [DataRow("huge", 2, "this is not an RSA public key")]
    [DataRow("beginning", 2, "the key is incomplete; give all of it in one line")]
    [DataRow("missing", 3, "there is no file")]
    public async Task A_file_that_holds_no_public_key_is_refused(string what, int exit, string expected)
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

        (int code, string output) = await RunAsync(AddKey, "zoe laptop key");
        Assert.AreEqual(exit, code);
        StringAssert.StartsWith(output, expected);
    }

    [TestMethod]
    public async Task A_missing_key_returns_3_and_wrong_usage_2()
    {
        string pem = _key.ExportSubjectPublicKeyInfoPem();
        await RunAsync(AddKey, $"zoe laptop {pem}");
        using RSA other = LargeKeys.OfSize(4096);
        string otherPem = other.ExportSubjectPublicKeyInfoPem();

        Assert.AreEqual((3, "there is no account a\\u001Bl\n"), await RunAsync(Keys, "a\u001bl"));
        Assert.AreEqual((3, "there is no account al\n"), await RunAsync(AddKey, $"al laptop {pem}"));
        Assert.AreEqual((3, "zoe has no key phone; 'keys zoe' lists the keys\n"), await RunAsync(RemoveKey, "zoe phone"));
        Assert.AreEqual((2, $"{_temp.Path} is a folder\n"), await RunAsync(AddKey, $"zoe laptop {_temp.Path}"));
        Assert.AreEqual((3, "there is no account nobody\n"), await RunAsync(RemoveKey, "nobody x"));
        Assert.AreEqual((2, "usage: addkey NAME KEYNAME FILE|PEM\n"), await RunAsync(AddKey, "zoe laptop"));
        Assert.AreEqual((2, "usage: removekey NAME KEYNAME [--json]\n"), await RunAsync(RemoveKey, "zoe"));
        Assert.AreEqual((2, "usage: removekey NAME KEYNAME [--json]\n"), await RunAsync(RemoveKey, "zoe laptop phone"));
        Assert.AreEqual((2, "the account has this key already\n"), await RunAsync(AddKey, $"zoe phone {pem}"));
        Assert.AreEqual(
            (2, "the account has another key with this name; remove it first, with removekey\n"), await RunAsync(AddKey, $"zoe laptop {otherPem}"));
        Assert.AreEqual(
            (2, "a key cannot have this name; the rules for names of users apply: A name must not contain ':'.\n"),
            await RunAsync(AddKey, $"zoe a:b {otherPem}"));
    }

    [TestMethod]
    public async Task The_trail_has_the_address_of_an_admin_too()
    {
        await RunAsync(AddKey, $"zoe laptop {_key.ExportSubjectPublicKeyInfoPem()}", Admin);
        await RunAsync(RemoveKey, "zoe laptop", Admin);
        IReadOnlyList<AuditEntry> entries = await _audit.ReadAsync(new AuditFilter { Actor = Admin.Name }, 10, _guard);
        Assert.HasCount(2, entries);
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

    private KeysCommand Keys => new(_database, _time);

    private RemoveKeyCommand RemoveKey => new(_database, _audit);

    private AddKeyCommand AddKey => new(
        _database,
        _audit,
        Options.Create(new AdministrationOptions { WorkingDirectory = _temp.Path }));

    private async Task<(int Exit, string Output)> RunAsync(IAdminCommand command, string argument, CommandCaller? caller = null)
    {
        using var output = new StringWriter();
        int exit = await command.RunAsync(new CommandContext(argument, caller ?? CommandCaller.Console, output), _guard);
        return (exit, output.ToString().ReplaceLineEndings("\n"));
    }

    private static (AuditEvent, string, string, string) Told(AuditEntry entry) => (entry.Event, entry.Name, entry.Actor, entry.Detail);
}
