using System.Diagnostics.Metrics;
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
    private readonly List<string> _logged = [];
    private readonly ServerOptions _options;
    private readonly X509Certificate2 _first;

    public ServerCertificateTests()
    {
        _options = new ServerOptions { DataDirectory = _folder.Path, CertificateFile = "site.pem" };
        _first = _certificates.Issue("first", days: 100);
    }

    private string Path => _folder.File("site.pem");

    [TestMethod]
    public void PEM_with_its_key_and_chain_is_taken()
    {
        TestCertificates.Write(Path, _first.ExportCertificatePem(), _certificates.Authority.ExportCertificatePem(), TestCertificates.KeyOf(_first));
        using ServerCertificate certificate = Load();

        Assert.AreEqual(FingerprintOf(_first), certificate.Fingerprint);
        Assert.AreEqual(99, certificate.DaysLeft);
        Assert.IsFalse(certificate.IsSelfMade);
        CollectionAssert.Contains(
            certificate.Current.Options.ServerCertificateContext!.IntermediateCertificates.ToArray(), _certificates.Authority);
    }

    [TestMethod]
    public void PEM_whose_key_is_in_a_file_of_its_own_is_taken()
    {
        TestCertificates.Write(Path, _first.ExportCertificatePem());
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path, (UnixFileMode)0b110_100_100);
        TestCertificates.Write(_folder.File("site.key"), TestCertificates.KeyOf(_first));
        _options.CertificateKeyFile = _folder.File("site.key");
        using ServerCertificate certificate = Load();

        Assert.AreEqual(FingerprintOf(_first), certificate.Fingerprint);
    }

    [TestMethod]
    public void PEM_whose_key_has_a_password_is_taken()
    {
        using ECDsa key = _first.GetECDsaPrivateKey()!;
        string encrypted = key.ExportEncryptedPkcs8PrivateKeyPem(
            "pass", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));
        TestCertificates.Write(Path, _first.ExportCertificatePem(), encrypted);
        _options.CertificatePassword = "pass";
        using ServerCertificate certificate = Load();

        Assert.AreEqual(FingerprintOf(_first), certificate.Fingerprint);
    }

    [TestMethod]
    public void PFX_with_its_chain_is_taken()
    {
        using X509Certificate2 authority = X509CertificateLoader.LoadCertificate(_certificates.Authority.RawData);
        X509Certificate2Collection all = [authority, _first];
        TestCertificates.WriteBytes(Path, all.Export(X509ContentType.Pfx, "pass")!);
        _options.CertificatePassword = "pass";
        using ServerCertificate certificate = Load();

        Assert.AreEqual(FingerprintOf(_first), certificate.Fingerprint);
    }

    [TestMethod]
    [DataRow("missing")]
    [DataRow("empty")]
    [DataRow("no key")]
    [DataRow("another's key")]
    [DataRow("PFX, wrong password")]
    [DataRow("small RSA key")]
    public void What_can_not_be_used_is_no_start(string what)
    {
        using X509Certificate2 another = _certificates.Issue("another");
        switch (what)
        {
            case "empty":
                TestCertificates.Write(Path, "");
                break;
            case "no key":
                TestCertificates.Write(Path, _first.ExportCertificatePem());
                break;
            case "another's key":
                TestCertificates.Write(Path, _first.ExportCertificatePem(), TestCertificates.KeyOf(another));
                break;
            case "PFX, wrong password":
                TestCertificates.WriteBytes(Path, _first.Export(X509ContentType.Pfx, "pass"));
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

        StringAssert.Contains(Assert.ThrowsExactly<ServerLibException>(() => Load()).Message, "site.pem");
    }

    [TestMethod]
    [DataRow(UnixFileMode.GroupRead)]
    [DataRow(UnixFileMode.OtherRead)]
    [DataRow(UnixFileMode.OtherWrite)]
    public void A_private_key_that_others_can_get_at_is_refused(UnixFileMode others)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Inconclusive("There are no such rights here.");
            return;
        }

        TestCertificates.Write(Path, _first.ExportCertificatePem(), TestCertificates.KeyOf(_first));
        File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | others);

        StringAssert.Contains(Assert.ThrowsExactly<ServerLibException>(() => Load()).Message, "chmod 600");
    }

    [TestMethod]
    public void A_file_that_changes_is_used_within_half_a_minute()
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
    public void A_broken_new_file_leaves_the_old_one_in_use_and_is_told_of_once()
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

        using X509Certificate2 second = _certificates.Issue("second");
        TestCertificates.Write(Path, second.ExportCertificatePem(), TestCertificates.KeyOf(second));
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.AreEqual(FingerprintOf(second), certificate.Fingerprint);
    }

    [TestMethod]
    public void A_file_that_is_gone_leaves_the_old_one_in_use()
    {
        TestCertificates.Write(Path, _first.ExportCertificatePem(), TestCertificates.KeyOf(_first));
        using ServerCertificate certificate = Load();
        File.Delete(Path);
        _time.Advance(TimeSpan.FromMinutes(2));

        Assert.AreEqual(FingerprintOf(_first), certificate.Fingerprint);
        Assert.HasCount(1, _warnings.Messages);
    }

    [TestMethod]
    public void From_fourteen_days_on_the_log_says_once_a_day_that_it_ends()
    {
        TestCertificates.Write(Path, _first.ExportCertificatePem(), TestCertificates.KeyOf(_first));
        using ServerCertificate certificate = Load();
        _logged.Clear();
        Hours(24 * 84);
        Assert.IsEmpty(_logged);
        Hours(24 * 3);
        CollectionAssert.AreEqual(
            new[] { 14, 13, 12 }.Select(days => $"[ ALERT ] the TLS certificate ends in {days} days").ToArray(), _logged);
        Hours(24 * 14);
        Assert.AreEqual(-2, certificate.DaysLeft);
        StringAssert.Contains(_logged[^1], "has ended");
    }

    [TestMethod]
    public void A_metric_shows_the_days_that_are_left()
    {
        TestCertificates.Write(Path, _first.ExportCertificatePem(), TestCertificates.KeyOf(_first));
        using ServerCertificate certificate = Load();
        _time.Advance(TimeSpan.FromDays(40));
        var shown = new List<double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "serverlib.certificate.days_left")
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, days, _, _) => shown.Add(days));
        listener.Start();
        listener.RecordObservableInstruments();

        // Other tests' certificates are in there, too.
        Assert.IsTrue(shown.Any(days => Math.Abs(days - 60) < 0.1), string.Join(", ", shown));
    }

    public void Dispose()
    {
        _first.Dispose();
        _certificates.Dispose();
        _folder.Dispose();
    }

    private void Hours(int count)
    {
        for (int i = 0; i < count; i++)
            _time.Advance(TimeSpan.FromHours(1));
    }

    private ServerCertificate Load() => ServerCertificate.Load(_options, new DelegateLog(_logged.Add), _time, _warnings);

    private static string FingerprintOf(X509Certificate2 certificate) =>
        string.Join(':', SHA256.HashData(certificate.RawData).Select(b => $"{b:X2}"));
}
