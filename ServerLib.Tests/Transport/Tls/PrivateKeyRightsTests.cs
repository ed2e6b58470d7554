using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using ServerLib.Tests.Files;

namespace ServerLib.Tests.Transport;

/// <summary>Who may access the file with the private key of a certificate.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
[SupportedOSPlatform("linux")]
public sealed class PrivateKeyRightsTests : IDisposable
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TempFolder _folder = new();
    private readonly TestCertificates _certificates = new();

    private string File => _folder.File("site.pem");

    public void Dispose()
    {
        _certificates.Dispose();
        _folder.Dispose();
    }

    [TestMethod]
    [DataRow(UnixFileMode.GroupWrite)]
    [DataRow(UnixFileMode.GroupRead | UnixFileMode.GroupWrite)]
    [DataRow(UnixFileMode.OtherRead)]
    [DataRow(UnixFileMode.OtherWrite)]
    public void A_private_key_that_others_can_access_is_refused(UnixFileMode others)
    {
        Write(Owner | others);

        AssertRefused();
    }

    [TestMethod]
    public void A_group_may_read_a_private_key_only_if_it_belongs_to_root()
    {
        Write(Owner | UnixFileMode.GroupRead);
        if (Environment.IsPrivilegedProcess)
        {
            Load().Dispose();
            FileOwnerTests.GiveAway(File);
        }

        AssertRefused();
    }

    private void Write(UnixFileMode mode)
    {
        using X509Certificate2 certificate = _certificates.Issue("site");
        TestCertificates.Write(File, certificate.ExportCertificatePem(), TestCertificates.KeyOf(certificate));
        System.IO.File.SetUnixFileMode(File, mode);
    }

    private void AssertRefused() => StringAssert.Contains(Assert.ThrowsExactly<ServerLibException>(() => Load()).Message, "chmod 600");

    private ServerCertificate Load() =>
        ServerCertificate.Load(new ServerOptions { DataDirectory = _folder.Path, Tls = { CertificateFile = "site.pem" } });
}
