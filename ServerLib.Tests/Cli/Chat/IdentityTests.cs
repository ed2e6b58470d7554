using System.Security.Cryptography;
using ServerLib.Tests.Cli.Terminal;
using ServerLib.Tests.EndToEnd;

namespace ServerLib.Tests.Cli.Chat;

/// <summary>Login by key with <c>connect --identity</c>, and the chat commands for keys.</summary>
[TestClass]
public sealed class IdentityTests : IDisposable
{
    private static readonly PbeParameters Cipher = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000);

    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly TempFolder _folder = new();
    private readonly RSA _key = ClientKeys.Next();

    [TestMethod]
    public async Task A_person_adds_a_key_logs_in_with_it_and_removes_it()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        Give("id.pem", _key.ExportPkcs8PrivateKeyPem());
        string fingerprint = UserKey.FingerprintOf(_key.ExportSubjectPublicKeyInfo());
        var variables = new Dictionary<string, string?> { ["SERVERLIB_PASSWORD"] = "s3cret" };
        var first = new FakeTerminal();
        await using (HostRun run = HostRun.Start(_folder, Args(server), variables: variables, terminal: first))
        {
            await first.Screen.SeeAsync("> ");
            first.Type("/keys\n");
            await first.Screen.SeeAsync("* your account has no keys");
            first.Type("/addkey laptop nowhere.pem\n");
            await first.Screen.SeeAsync("! The identity file cannot be read");
            first.Type("/addkey laptop id.pem\n");
            await first.Screen.SeeAsync($"* laptop {fingerprint}, never used");
            first.Type("/addkey phone id.pem\n");
            await first.Screen.SeeAsync("! Your account has that key already.");
            first.Type("/quit\n");
            Assert.AreEqual(0, await run.Ended.WaitAsync(_guard));
        }

        var second = new FakeTerminal();
        await using (HostRun run = HostRun.Start(_folder, Args(server, "--identity", "id.pem"), terminal: second))
        {
            await second.Screen.SeeAsync("> ");
            second.Type("/keys\n");
            await second.Screen.SeeAsync($"* laptop {fingerprint}, last used ");
            second.Type("/removekey laptop\n");
            await second.Screen.SeeAsync("* your account has no keys");
            second.Type("/quit\n");
            Assert.AreEqual(0, await run.Ended.WaitAsync(_guard));
            Assert.IsFalse($"{second.Screen}".Contains("Password", StringComparison.Ordinal));
        }

        await using HostRun refused = await HostRun.ToEndAsync(_folder, Args(server, "--identity", "id.pem"));
        Assert.AreEqual(3, await refused.Ended);
        Assert.AreEqual("Login refused: The name or the key is wrong.\n", $"{refused.Error}");
    }

    [TestMethod]
    public async Task A_passphrase_is_asked_for_until_it_is_right()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await using (ServerClient zoe = await server.ConnectAsync("zoe", _guard))
            await zoe.SaveKeyAsync("laptop", _key, _guard);
        Give("id.pem", _key.ExportEncryptedPkcs8PrivateKeyPem("open sesame", Cipher));
        var terminal = new FakeTerminal();
        await using HostRun run = HostRun.Start(_folder, Args(server, "--identity", "id.pem"), terminal: terminal);

        await terminal.Screen.SeeAsync("Passphrase of id.pem: ");
        terminal.Type("wrong\n");
        await terminal.Screen.SeeAsync("The passphrase is wrong.");
        terminal.Type("open sesame\n");
        await terminal.Screen.SeeAsync("> ");
        terminal.Type("/quit\n");
        Assert.AreEqual(0, await run.Ended.WaitAsync(_guard));
        Assert.IsFalse($"{terminal.Screen}".Contains("sesame", StringComparison.Ordinal));
    }

    [TestMethod]
    public async Task Three_wrong_passphrases_are_2_and_none_is_0()
    {
        Give("id.pem", _key.ExportEncryptedPkcs8PrivateKeyPem("open sesame", Cipher));
        var wrong = new FakeTerminal();
        await using HostRun three = HostRun.Start(_folder, ["connect", "--user", "zoe", "--identity", "id.pem"], terminal: wrong);
        wrong.Type("a\nb\nc\n");
        Assert.AreEqual(2, await three.Ended.WaitAsync(_guard));
        StringAssert.Contains($"{three.Error}", "id.pem cannot be decrypted");

        var gone = new FakeTerminal();
        await using HostRun none = HostRun.Start(_folder, ["connect", "--user", "zoe", "--identity", "id.pem"], terminal: gone);
        gone.HangUp();
        Assert.AreEqual(0, await none.Ended.WaitAsync(_guard));
    }

    [TestMethod]
    [DataRow("missing", "The identity file cannot be read")]
    [DataRow("empty", "id.pem does not contain an RSA private key in PEM")]
    [DataRow("public", "id.pem contains a public key; the private key is needed")]
    [DataRow("open public", "id.pem contains a public key; the private key is needed")]
    [DataRow("ssh public", "id.pem contains a public key; the private key is needed")]
    [DataRow("curve", "id.pem does not contain a valid RSA private key")]
    [DataRow("damaged", "id.pem does not contain a valid RSA private key")]
    [DataRow("two", "id.pem does not contain a valid RSA private key")]
    [DataRow("small", "The key in id.pem has 1024 bits; 2048 to 8192 are allowed")]
    [DataRow("ssh", "ssh-keygen -p -m PKCS8 -f FILE")]
    [DataRow("huge", "id.pem does not contain an RSA private key in PEM")]
    [DataRow("encrypted", "There is no terminal to ask for the passphrase of id.pem")]
    [DataRow("open", "Other users can access the private key in id.pem; run: chmod 600 id.pem")]
    public async Task A_file_that_cannot_be_used_is_2(string what, string expected)
    {
        if (what == "open" && OperatingSystem.IsWindows())
            Assert.Inconclusive("There are no such rights here.");
        using ECDsa curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using RSA small = RSA.Create(1024);
        string pem = _key.ExportPkcs8PrivateKeyPem();
        if (what != "missing")
        {
            Give("id.pem", what switch
            {
                "empty" => "",
                "public" or "open public" => _key.ExportSubjectPublicKeyInfoPem(),
                "curve" => curve.ExportPkcs8PrivateKeyPem(),
                "damaged" => pem.Remove(100, 65),
                "two" => $"{pem}\n{pem}",
                "small" => small.ExportRSAPrivateKeyPem(),
                "ssh public" => "ssh-rsa AAAA zoe@home\n",
                "ssh" => "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n",
                "huge" => new string('A', 1_000_000) + pem,
                "encrypted" => _key.ExportEncryptedPkcs8PrivateKeyPem("open sesame", Cipher),
                _ => pem,
            });
        }

        if (what.StartsWith("open", StringComparison.Ordinal) && !OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder.File("id.pem"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        await using HostRun run = await HostRun.ToEndAsync(_folder, ["connect", "--user", "zoe", "--identity", "id.pem"]);
        Assert.AreEqual(2, await run.Ended);
        StringAssert.Contains($"{run.Error}", expected);
    }

    [TestMethod]
    [DataRow("--password-file", "pw")]
    [DataRow("--classic")]
    public async Task A_key_goes_with_neither_a_password_nor_the_classic_protocol(params string[] args)
    {
        await using HostRun run = await HostRun.ToEndAsync(_folder, ["connect", "--user", "zoe", "--identity", "id.pem", .. args]);
        Assert.AreEqual(2, await run.Ended);
        StringAssert.Contains($"{run.Error}", "--identity cannot be used with --password-file or --classic");
    }

    public void Dispose()
    {
        _folder.Dispose();
        _key.Dispose();
    }

    private static string[] Args(RunningServer server, params string[] more) => ["connect", $"{server.EndPoint}", "--user", "zoe", .. more];

    private void Give(string file, string content)
    {
        File.WriteAllText(_folder.File(file), content);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder.File(file), UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
