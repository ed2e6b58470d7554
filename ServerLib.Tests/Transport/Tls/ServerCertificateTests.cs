using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;

namespace ServerLib.Tests.Transport;

/// <summary>Certificates that an admin gives.</summary>
[TestClass]
public sealed class ServerCertificateTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly TestCertificates _certificates = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly WarningLog<ServerCertificate> _warnings = new();
    private readonly ServerProblems _problems = new();
    private readonly List<string> _logged = [];
    private readonly ServerOptions _options;
    private readonly X509Certificate2 _first;

    public ServerCertificateTests()
    {
        _options = new ServerOptions { DataDirectory = _folder.Path, Tls = { CertificateFile = "site.pem" } };
        _first = _certificates.Issue("first", days: 100);
    }

    private string Path => _folder.File("site.pem");

    [TestMethod]
    public void A_PEM_file_with_key_and_chain_is_loaded()
    {
        TestCertificates.Write(Path, _first.ExportCertificatePem(), _certificates.Authority.ExportCertificatePem(), TestCertificates.KeyOf(_first));
        using ServerCertificate certificate = Load();

        Assert.AreEqual(FingerprintOf(_first), certificate.Fingerprint);
        Assert.AreEqual(99, certificate.DaysLeft);
        Assert.IsFalse(certificate.IsSelfSigned);
        CollectionAssert.Contains(
            certificate.Current.Options.ServerCertificateContext!.IntermediateCertificates.ToArray(), _certificates.Authority);
    }

    [TestMethod]
    public void A_PEM_file_with_a_separate_key_file_is_loaded()
    {
        WriteReadable(Path, _first.ExportCertificatePem());
        TestCertificates.Write(_folder.File("site.key"), TestCertificates.KeyOf(_first));
        _options.Tls.CertificateKeyFile = _folder.File("site.key");
        using ServerCertificate certificate = Load();

        Assert.AreEqual(FingerprintOf(_first), certificate.Fingerprint);
    }

    [TestMethod]
    public void A_PEM_file_with_an_encrypted_key_is_loaded()
    {
        TestCertificates.Write(Path, _first.ExportCertificatePem(), EncryptedKeyOf(_first));
        _options.Tls.CertificatePassword = "pass";
        using ServerCertificate certificate = Load();

        Assert.AreEqual(FingerprintOf(_first), certificate.Fingerprint);
    }

    [TestMethod]
    public void A_PFX_file_with_a_chain_is_loaded()
    {
        using X509Certificate2 authority = X509CertificateLoader.LoadCertificate(_certificates.Authority.RawData);
        X509Certificate2Collection all = [authority, _first];
        TestCertificates.WriteBytes(Path, all.Export(X509ContentType.Pfx, "pass")!);
        _options.Tls.CertificatePassword = "pass";
        using ServerCertificate certificate = Load();

        Assert.AreEqual(FingerprintOf(_first), certificate.Fingerprint);
        CollectionAssert.Contains(
            certificate.Current.Options.ServerCertificateContext!.IntermediateCertificates.ToArray(), _certificates.Authority);
    }

    [TestMethod]
    [DataRow("missing", "Could not find file")]
    [DataRow("empty", "it holds no certificate, neither as PEM nor as PFX")]
    [DataRow("a letter", "it holds no certificate, neither as PEM nor as PFX")]
    [DataRow("key only", "it holds no certificate")]
    [DataRow("no key", "it holds no private key; name the file with the key in CertificateKeyFile")]
    [DataRow("no key in its file", "site.key (CertificateKeyFile) holds no private key")]
    [DataRow("another's key", "site.pem is of no use: it is another certificate's")]
    [DataRow("another's key in its file", "site.key is of no use: it is another certificate's")]
    [DataRow("no password", "site.pem has a password; give it as CertificatePassword")]
    [DataRow("wrong password", "CertificatePassword is not its password")]
    [DataRow("needless password", "leave CertificatePassword out")]
    [DataRow("PFX, no password", "it has a password, which has to be given as CertificatePassword")]
    [DataRow("PFX, wrong password", "CertificatePassword is not its password")]
    [DataRow("PFX, no key", "it holds no private key")]
    [DataRow("for clients", "it is for other purposes than a server's")]
    [DataRow("small RSA key", "its RSA key has 1024 bits")]
    public void A_certificate_file_that_can_not_be_used_prevents_the_start(string what, string why)
    {
        using X509Certificate2 another = _certificates.Issue("another");
        string certificate = _first.ExportCertificatePem();
        switch (what)
        {
            case "empty":
                TestCertificates.Write(Path, "");
                break;
            case "a letter":
                TestCertificates.Write(Path, "a");
                break;
            case "key only":
                TestCertificates.Write(Path, TestCertificates.KeyOf(_first));
                break;
            case "no key":
                WriteReadable(Path, certificate);
                break;
            case "no key in its file":
                WriteReadable(Path, certificate);
                WriteReadable(_folder.File("site.key"), certificate);
                _options.Tls.CertificateKeyFile = "site.key";
                break;
            case "another's key":
                TestCertificates.Write(Path, certificate, TestCertificates.KeyOf(another));
                break;
            case "another's key in its file":
                WriteReadable(Path, certificate);
                TestCertificates.Write(_folder.File("site.key"), TestCertificates.KeyOf(another));
                _options.Tls.CertificateKeyFile = "site.key";
                break;
            case "no password" or "wrong password":
                TestCertificates.Write(Path, certificate, EncryptedKeyOf(_first));
                _options.Tls.CertificatePassword = what == "no password" ? null : "another";
                break;
            case "needless password":
                TestCertificates.Write(Path, certificate, TestCertificates.KeyOf(_first));
                _options.Tls.CertificatePassword = "pass";
                break;
            case "PFX, no password" or "PFX, wrong password":
                TestCertificates.WriteBytes(Path, _first.Export(X509ContentType.Pfx, "pass"));
                _options.Tls.CertificatePassword = what == "PFX, no password" ? null : "another";
                break;
            case "PFX, no key":
                using (X509Certificate2 alone = X509CertificateLoader.LoadCertificate(_first.RawData))
                    TestCertificates.WriteBytes(Path, alone.Export(X509ContentType.Pfx));
                break;
            case "for clients":
                using (X509Certificate2 clients = _certificates.Issue("client", forClients: true))
                    TestCertificates.Write(Path, clients.ExportCertificatePem(), TestCertificates.KeyOf(clients));
                break;
            case "small RSA key":
                using (var rsa = RSA.Create(1024))
                {
                    var request = new CertificateRequest("CN=small", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
                    using X509Certificate2 small = request.CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(9));
                    TestCertificates.Write(Path, small.ExportCertificatePem(), rsa.ExportPkcs8PrivateKeyPem());
                }

                break;
        }

        string message = Assert.ThrowsExactly<ServerLibException>(() => Load()).Message;
        StringAssert.Contains(message, Path);
        StringAssert.Contains(message, why);
    }

    [TestMethod]
    public void A_changed_certificate_file_is_used_within_half_a_minute()
    {
        TestCertificates.Write(Path, _first.ExportCertificatePem(), TestCertificates.KeyOf(_first));
        using ServerCertificate certificate = Load();
        using X509Certificate2 second = _certificates.Issue("second");
        TestCertificates.Write(Path, second.ExportCertificatePem(), TestCertificates.KeyOf(second));
        _time.Advance(TimeSpan.FromSeconds(30));

        Assert.AreEqual(FingerprintOf(second), certificate.Fingerprint);
        Assert.IsTrue(_logged.Any(line => line.Contains(certificate.Fingerprint, StringComparison.Ordinal)));
    }

    [TestMethod]
    public void A_broken_new_certificate_file_is_logged_once_and_the_old_one_stays_in_use()
    {
        List<string> refused = [];
        TestCertificates.Write(Path, _first.ExportCertificatePem(), TestCertificates.KeyOf(_first));
        using ServerCertificate certificate = Load();
        certificate.Refused = refused.Add;
        TestCertificates.Write(Path, _first.ExportCertificatePem());
        for (int i = 0; i < 5; i++)
            _time.Advance(TimeSpan.FromSeconds(30));

        Assert.AreEqual(FingerprintOf(_first), certificate.Fingerprint);
        Assert.HasCount(1, _warnings.Messages);
        Assert.Contains(refused.Single(), _warnings.Messages[0]);
        Assert.Contains(refused.Single(), _problems.Current.Single().Reason);

        using X509Certificate2 second = _certificates.Issue("second");
        TestCertificates.Write(Path, second.ExportCertificatePem(), TestCertificates.KeyOf(second));
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.AreEqual(FingerprintOf(second), certificate.Fingerprint);
        Assert.IsEmpty(_problems.Current);
    }

    [TestMethod]
    public void A_deleted_certificate_file_leaves_the_old_certificate_in_use()
    {
        TestCertificates.Write(Path, _first.ExportCertificatePem(), TestCertificates.KeyOf(_first));
        using ServerCertificate certificate = Load();
        File.Delete(Path);
        _time.Advance(TimeSpan.FromMinutes(2));

        Assert.AreEqual(FingerprintOf(_first), certificate.Fingerprint);
        Assert.HasCount(1, _warnings.Messages);
    }

    [TestMethod]
    public void An_expiring_certificate_is_logged_daily_during_its_last_fourteen_days()
    {
        TestCertificates.Write(Path, _first.ExportCertificatePem(), TestCertificates.KeyOf(_first));
        using ServerCertificate certificate = Load();
        _logged.Clear();
        Hours(24 * 84);
        Assert.IsEmpty(_logged);
        Hours(24 * 3);
        CollectionAssert.AreEqual(
            new[] { 14, 13, 12 }.Select(days => $"[ ALERT ] the TLS certificate expires soon (days left: {days})").ToArray(), _logged);
        Assert.IsEmpty(_problems.Current);
        Hours(24 * 14);
        StringAssert.Contains(_problems.Current.Single().Reason, "has expired");
        Assert.AreEqual(-2, certificate.DaysLeft);
        StringAssert.Contains(_logged[^1], "has expired");
    }

    [TestMethod]
    public void The_remaining_days_count_down()
    {
        TestCertificates.Write(Path, _first.ExportCertificatePem(), TestCertificates.KeyOf(_first));
        using ServerCertificate certificate = Load();
        _time.Advance(TimeSpan.FromDays(40));

        Assert.AreEqual(60, certificate.RemainingDays, 0.1);
    }

    public void Dispose()
    {
        _first.Dispose();
        _certificates.Dispose();
        _folder.Dispose();
    }

    private static void WriteReadable(string path, string pem)
    {
        TestCertificates.Write(path, pem);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, (UnixFileMode)0b110_100_100);
    }

    private static string EncryptedKeyOf(X509Certificate2 certificate)
    {
        using ECDsa key = certificate.GetECDsaPrivateKey()!;
        return key.ExportEncryptedPkcs8PrivateKeyPem("pass", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));
    }

    private void Hours(int count)
    {
        for (int i = 0; i < count; i++)
            _time.Advance(TimeSpan.FromHours(1));
    }

    private ServerCertificate Load() => ServerCertificate.Load(_options, new DelegateLog(_logged.Add), _time, _warnings, _problems);

    private static string FingerprintOf(X509Certificate2 certificate) =>
        string.Join(':', SHA256.HashData(certificate.RawData).Select(b => $"{b:X2}"));
}
