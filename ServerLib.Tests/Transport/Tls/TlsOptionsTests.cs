using ServerLib.Hosting;

namespace ServerLib.Tests.Transport;

[TestClass]
public sealed class TlsOptionsTests
{
    [TestMethod]
    [DataRow("Login:Plaintext")]
    [DataRow("Tls:ClientCertificates")]
    [DataRow("Tls:ClientCertificates without authorities")]
    [DataRow("Tls:CertificateFile")]
    [DataRow("Tls:CertificateKeyFile")]
    [DataRow("Tls:CertificatePassword")]
    [DataRow("Tls:ClientCertificateAuthorities")]
    [DataRow("Tls:ClientCertificateAuthorities without ClientCertificates")]
    public void Contradictory_TLS_options_are_refused_by_name(string what)
    {
        var options = new ServerOptions();
        switch (what)
        {
            case "Login:Plaintext":
                options.Login.Plaintext = (PlaintextPolicy)9;
                break;
            case "Tls:ClientCertificates":
                options.Tls.ClientCertificates = (ClientCertificateMode)9;
                break;
            case "Tls:ClientCertificates without authorities":
                options.Tls.ClientCertificates = ClientCertificateMode.Require;
                break;
            case "Tls:CertificateFile":
                options.Tls.CertificateFile = " ";
                break;
            case "Tls:CertificateKeyFile":
                options.Tls.CertificateKeyFile = "key.pem";
                break;
            case "Tls:CertificatePassword":
                options.Tls.CertificatePassword = "hunter2";
                break;
            case "Tls:ClientCertificateAuthorities without ClientCertificates":
                options.Tls.ClientCertificateAuthorities = "clients.pem";
                break;
            default:
                options.Tls.ClientCertificateAuthorities = "a\0b";
                break;
        }

        string failure = new ServerOptionsValidator().Validate(null, options).Failures!.First();
        StringAssert.StartsWith(failure, what.Split(' ')[0] + ":");
        Assert.DoesNotContain("hunter2", failure);
    }

    [TestMethod]
    public void All_supported_groups_together_are_allowed()
    {
        var options = new ServerOptions

        {
            Login = { Plaintext = PlaintextPolicy.Never },
            Tls = { CertificateFile = "site.pem", CertificateKeyFile = "/etc/site.key", CertificatePassword = "hunter2", ClientCertificates = ClientCertificateMode.Allow, ClientCertificateAuthorities = "clients.pem" },
        };

        Assert.IsTrue(new ServerOptionsValidator().Validate(null, options).Succeeded);
    }
}
