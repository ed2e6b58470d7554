using ServerLib.Hosting;
namespace ServerLib.Tests.Transport;

[TestClass]
public sealed class TlsOptionsTests
{
    [TestMethod]
    [DataRow("Plaintext")]
    [DataRow("ClientCertificates")]
    [DataRow("ClientCertificates without authorities")]
    [DataRow("CertificateFile")]
    [DataRow("CertificateKeyFile")]
    [DataRow("CertificatePassword")]
    [DataRow("ClientCertificateAuthorities")]
    [DataRow("ClientCertificateAuthorities without ClientCertificates")]
    public void What_makes_no_sense_is_named_and_refused(string what)
    {
        var options = new ServerOptions();
        switch (what)
        {
            case "Plaintext":
                options.Plaintext = (PlaintextPolicy)9;
                break;
            case "ClientCertificates":
                options.ClientCertificates = (ClientCertificateMode)9;
                break;
            case "ClientCertificates without authorities":
                options.ClientCertificates = ClientCertificateMode.Require;
                break;
            case "CertificateFile":
                options.CertificateFile = " ";
                break;
            case "CertificateKeyFile":
                options.CertificateKeyFile = "key.pem";
                break;
            case "CertificatePassword":
                options.CertificatePassword = "hunter2";
                break;
            case "ClientCertificateAuthorities without ClientCertificates":
                options.ClientCertificateAuthorities = "clients.pem";
                break;
            default:
                options.ClientCertificateAuthorities = "a\0b";
                break;
        }

        string failure = new ServerOptionsValidator().Validate(null, options).Failures!.First();
        StringAssert.StartsWith(failure, what.Split(' ')[0] + ":");
        Assert.DoesNotContain("hunter2", failure);
    }

    [TestMethod]
    public void All_of_them_together_are_allowed()
    {
        var options = new ServerOptions
        {
            Plaintext = PlaintextPolicy.Never,
            CertificateFile = "site.pem",
            CertificateKeyFile = "/etc/site.key",
            CertificatePassword = "hunter2",
            ClientCertificates = ClientCertificateMode.Allow,
            ClientCertificateAuthorities = "clients.pem",
        };

        Assert.IsTrue(new ServerOptionsValidator().Validate(null, options).Succeeded);
    }
}
