using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Transport;

namespace ServerLib.Tests.Transport;

[TestClass]
public sealed class SelfSignedCertificateTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly List<string> _logged = [];

    private string Path => _folder.File("server-certificate.pem");

    [TestMethod]
    public void The_first_start_creates_a_certificate_and_the_next_uses_it()
    {
        using ServerCertificate first = Load(), second = Load();

        Assert.AreEqual(first.Fingerprint, second.Fingerprint);
        Assert.IsTrue(first.IsSelfSigned);
        Assert.AreEqual(730, first.DaysLeft, 1);
    }

    [TestMethod]
    public void A_certificate_in_memory_is_created_once_and_not_stored()
    {
        Assert.AreEqual(730, ServerCertificate.CreateEphemeral().DaysLeft, 1);
        Assert.IsFalse(File.Exists(System.IO.Path.Combine(new ServerOptions().DataDirectory, "server-certificate.pem")));
    }

    [TestMethod]
    public void A_self_signed_certificate_names_the_host_and_the_listen_address()
    {
        using ServerCertificate made = Load(options => options.Server = "192.0.2.7");
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificateFromFile(Path);

        X509SubjectAlternativeNameExtension names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single();
        CollectionAssert.IsSubsetOf(
            new[] { "127.0.0.1", "::1", "192.0.2.7" }, names.EnumerateIPAddresses().Select(address => address.ToString()).ToArray());
        CollectionAssert.Contains(names.EnumerateDnsNames().ToArray(), "localhost");
        if (Uri.CheckHostName(Environment.MachineName) == UriHostNameType.Dns)
            CollectionAssert.Contains(names.EnumerateDnsNames().ToArray(), Environment.MachineName);
        using ECDsa key = certificate.GetECDsaPublicKey()!;
        Assert.AreEqual(256, key.KeySize);
    }

    [TestMethod]
    public void A_self_signed_certificate_file_gets_owner_only_permissions_again()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Inconclusive("There are no such rights here.");
            return;
        }

        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using ServerCertificate first = Load();
        Assert.AreEqual(Owner, File.GetUnixFileMode(Path));

        File.SetUnixFileMode(Path, Owner | UnixFileMode.OtherRead);
        using ServerCertificate second = Load();
        Assert.AreEqual(Owner, File.GetUnixFileMode(Path));
        Assert.AreEqual(first.Fingerprint, second.Fingerprint);
    }

    [TestMethod]
    public void A_self_signed_certificate_is_renewed_a_month_before_it_expires()
    {
        using ServerCertificate certificate = Load();
        string first = certificate.Fingerprint;
        _time.Advance(TimeSpan.FromDays(699));
        Assert.AreEqual(first, certificate.Fingerprint);
        _time.Advance(TimeSpan.FromDays(2));

        Assert.AreNotEqual(first, certificate.Fingerprint);
        Assert.IsGreaterThan(700, certificate.DaysLeft);
        AssertPinnedClientsAreThoughtOf();
        using ServerCertificate next = Load();
        Assert.AreEqual(certificate.Fingerprint, next.Fingerprint);
    }

    [TestMethod]
    public void A_self_signed_certificate_that_expires_soon_is_renewed_at_a_start()
    {
        using ServerCertificate first = Load();
        first.Dispose();
        _time.Advance(TimeSpan.FromDays(710));
        using ServerCertificate second = Load();

        Assert.AreNotEqual(first.Fingerprint, second.Fingerprint);
        AssertPinnedClientsAreThoughtOf();
    }

    [TestMethod]
    public void An_expired_certificate_is_renewed_only_after_a_day()
    {
        string first;
        using (ServerCertificate created = Load())
            first = created.Fingerprint;
        byte[] file = File.ReadAllBytes(Path);
        _time.Advance(TimeSpan.FromDays(365 * 43));
        using (ServerCertificate kept = Load())
        {
            Assert.AreEqual(first, kept.Fingerprint);
            CollectionAssert.AreEqual(file, File.ReadAllBytes(Path));
            _time.Advance(TimeSpan.FromHours(25));
            Assert.AreNotEqual(first, kept.Fingerprint);
        }
    }

    [TestMethod]
    public void The_previous_certificate_is_restored_when_the_clock_is_corrected()
    {
        string first;
        using (ServerCertificate created = Load())
            first = created.Fingerprint;
        var ahead = new FakeTimeProvider(_time.GetUtcNow().AddDays(365 * 43));
        using (ServerCertificate wrong = Load(time: ahead))
        {
            ahead.Advance(TimeSpan.FromHours(25));
            Assert.AreNotEqual(first, wrong.Fingerprint);
            using X509Certificate2 certificate = X509CertificateLoader.LoadCertificateFromFile(Path);
            Assert.IsLessThan(_time.GetUtcNow(), certificate.NotBefore);
        }

        using ServerCertificate corrected = Load();
        Assert.AreEqual(first, corrected.Fingerprint);
        Assert.IsTrue(_logged.Exists(line => line.Contains("the previous TLS certificate is in use again", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task A_certificate_file_exists_at_any_time_while_it_is_replaced()
    {
        SelfSignedCertificate.Save(Path, "first");
        string name = System.IO.Path.GetFileName(Path);
        var moved = new List<string?>();
        var replaced = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watcher = new FileSystemWatcher(_folder.Path);
        watcher.Deleted += (_, e) => moved.Add(e.Name);
        watcher.Renamed += (_, e) =>
        {
            moved.Add(e.OldName);
            if (e.Name == name)
                replaced.TrySetResult();
        };
        watcher.EnableRaisingEvents = true;
        SelfSignedCertificate.Save(Path, "second");
        await replaced.Task.WaitAsync(Guard.NewToken());

        CollectionAssert.DoesNotContain(moved, name);
        Assert.AreEqual("first", await File.ReadAllTextAsync(SelfSignedCertificate.PreviousPath(Path)));
        Assert.AreEqual("second", await File.ReadAllTextAsync(Path));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(300)]
    public void A_truncated_certificate_file_is_refused_and_not_changed(int length)
    {
        Load().Dispose();
        byte[] cut = File.ReadAllBytes(Path)[..length];
        File.WriteAllBytes(Path, cut);

        ServerLibException e = Assert.ThrowsExactly<ServerLibException>(() => Load());
        StringAssert.Contains(e.Message, Path);
        CollectionAssert.AreEqual(cut, File.ReadAllBytes(Path));
    }

    [TestMethod]
    public void A_certificate_that_can_not_be_written_prevents_the_start()
    {
        File.WriteAllText(_folder.File("file"), "");

        Assert.ThrowsExactly<ServerLibException>(() => Load(options => options.DataDirectory = _folder.File("file")));
    }

    public void Dispose() => _folder.Dispose();

    private void AssertPinnedClientsAreThoughtOf() => Assert.AreEqual(
        1,
        _logged.Count(
            line => line.StartsWith("[ ALERT ] the TLS certificate was about to expire and has been replaced: clients", StringComparison.Ordinal)));

    private ServerCertificate Load(Action<ServerOptions>? configure = null, TimeProvider? time = null)
    {
        var options = new ServerOptions { DataDirectory = _folder.Path };
        configure?.Invoke(options);
        return ServerCertificate.Load(options, new DelegateLog(_logged.Add), time ?? _time);
    }
}
