using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ServerLib.Tests.Cli.Terminal;
using ServerLib.Tests.Transport;

namespace ServerLib.Tests.Cli.Chat;

/// <summary>A person's certificate for a server that asks for one: <c>connect --certificate</c>.</summary>
[TestClass]
public sealed class ClientCertificateFileTests : IDisposable
{
    private static readonly string[] Offline = ["connect", "--user", "zoe", "--tls"];

    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly TempFolder _folder = new();
    private readonly TestCertificates _certificates = new();
    private readonly X509Certificate2 _certificate;

    public ClientCertificateFileTests() => _certificate = _certificates.Issue("zoe", forClients: true);

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task A_client_certificate_with_its_key_in_the_file_or_beside_it_is_accepted(bool isBeside)
    {
        await using RunningServer server = await StartAsync();
        string key = TestCertificates.KeyOf(_certificate);
        TestCertificates.Write(
            _folder.File("zoe.pem"), isBeside ? [_certificate.ExportCertificatePem()] : [_certificate.ExportCertificatePem(), key]);
        TestCertificates.Write(_folder.File("zoe.key"), key);
        string[] more = isBeside ? ["--certificate", "zoe.pem", "--certificate-key", "zoe.key"] : ["--certificate", "zoe.pem"];

        await using HostRun run = await RunAsync(server, more);
        Assert.AreEqual("", $"{run.Error}");
        Assert.AreEqual(0, await run.Ended);
    }

    [TestMethod]
    public async Task A_client_without_a_certificate_is_told_what_the_server_requires()
    {
        await using RunningServer server = await StartAsync();

        await using HostRun run = await RunAsync(server);
        Assert.AreEqual(1, await run.Ended);
        StringAssert.Contains($"{run.Error}", "It asks for a client certificate from an authority that it trusts, and got none.");
    }

    [TestMethod]
    public async Task A_passphrase_is_asked_for()
    {
        var cipher = new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000);
        using ECDsa key = _certificate.GetECDsaPrivateKey()!;
        TestCertificates.Write(
            _folder.File("zoe.pem"), _certificate.ExportCertificatePem(), key.ExportEncryptedPkcs8PrivateKeyPem("open sesame", cipher));
        await using RunningServer server = await StartAsync();
        var terminal = new FakeTerminal();
        await using (HostRun run = HostRun.Start(_folder, Args(server, "--certificate", "zoe.pem"), variables: Password, terminal: terminal))
        {
            await terminal.Screen.SeeAsync("Passphrase of zoe.pem: ");
            terminal.Type("open sesame\n");
            await terminal.Screen.SeeAsync("> ");
            terminal.Type("/quit\n");
            Assert.AreEqual(0, await run.Ended.WaitAsync(_guard));
        }

        var another = new FakeTerminal();
        await using HostRun wrong = HostRun.Start(_folder, Args(server, "--certificate", "zoe.pem"), variables: Password, terminal: another);
        another.Type("open barley\n");
        Assert.AreEqual(2, await wrong.Ended.WaitAsync(_guard));
        StringAssert.Contains($"{wrong.Error}", "Is the passphrase right?");
    }

    [TestMethod]
    [DataRow("missing", "The certificate file cannot be read")]
    [DataRow("empty", "zoe.pem is not a certificate with its private key in PEM")]
    [DataRow("without key", "zoe.pem contains no private key; give the file with the key in --certificate-key")]
    [DataRow("another key", "zoe.pem is not a certificate with its private key in PEM")]
    [DataRow("open", "Other users can access the private key in zoe.pem; run: chmod 600 zoe.pem")]
    public async Task A_file_that_cannot_be_used_is_2(string what, string expected)
    {
        if (what == "open" && OperatingSystem.IsWindows())
            Assert.Inconclusive("There are no such rights here.");
        using X509Certificate2 another = _certificates.Issue("another", forClients: true);
        string certificate = _certificate.ExportCertificatePem();
        if (what != "missing")
        {
            TestCertificates.Write(_folder.File("zoe.pem"), what switch
            {
                "empty" => [],
                "without key" => [certificate],
                "another key" => [certificate, TestCertificates.KeyOf(another)],
                _ => [certificate, TestCertificates.KeyOf(_certificate)],
            });
        }

        if (what == "open" && !OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder.File("zoe.pem"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        await using HostRun run = await HostRun.ToEndAsync(_folder, [.. Offline, "--certificate", "zoe.pem"], variables: Password);
        Assert.AreEqual(2, await run.Ended);
        StringAssert.Contains($"{run.Error}", expected);
    }

    [TestMethod]
    [DataRow("--certificate needs --tls", "connect", "--user", "zoe", "--certificate", "zoe.pem")]
    [DataRow("--certificate-key needs --certificate", "connect", "--user", "zoe", "--tls", "--certificate-key", "zoe.key")]
    public async Task One_that_would_not_be_shown_is_2(string expected, params string[] args)
    {
        await using HostRun run = await HostRun.ToEndAsync(_folder, args, variables: Password);
        Assert.AreEqual(2, await run.Ended);
        StringAssert.Contains($"{run.Error}", expected);
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _certificates.Dispose();
        _folder.Dispose();
    }

    private static Dictionary<string, string?> Password => new() { ["SERVERLIB_PASSWORD"] = "s3cret pass" };

    private static string[] Args(RunningServer server, params string[] more) =>
        ["connect", $"{server.EndPoint}", "--user", "zoe", "--tls", "--accept-new", "--known-servers", "known", .. more];

    private Task<HostRun> RunAsync(RunningServer server, params string[] more) =>
        HostRun.ToEndAsync(_folder, Args(server, more), variables: Password);

    private Task<RunningServer> StartAsync() => RunningServer.StartAsync(options =>
    {
        options.Tls.ClientCertificates = ClientCertificateMode.Require;
        options.Tls.ClientCertificateAuthorities = "clients.pem";
        TestCertificates.Write(
            Path.Combine(options.DataDirectory, "clients.pem"),
            _certificates.Authority.ExportCertificatePem(),
            _certificates.Root.ExportCertificatePem());
    });
}
