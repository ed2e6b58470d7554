using ServerLib.Tests.Transport;

namespace ServerLib.Tests.Fuzzing;

/// <summary>The files with certificates: each is refused with its name, and left as it is, or gives a certificate to serve with.</summary>
[TestClass]
public sealed class CertificateFuzzTests
{
    [TestMethod]
    public void A_PEM_file_is_refused_by_name_or_used() => Run("certificate", 400, Shape.Lines, options => options.Tls.CertificateFile = "file");

    [TestMethod]
    public void A_key_file_of_its_own_is_refused_by_name_or_used()
    {
        byte[] certificate = Corpus.Of("certificate")["without-key.pem"];
        Run("certificate", 300, Shape.Lines, options =>
        {
            File.WriteAllBytes(Path.Combine(options.DataDirectory, "site.pem"), certificate);
            (options.Tls.CertificateFile, options.Tls.CertificateKeyFile) = ("site.pem", "file");
        });
    }

    [TestMethod]
    public void A_PFX_file_is_refused_by_name_or_used() => Run("pfx", 300, Shape.Bytes, options => options.Tls.CertificateFile = "file");

    [TestMethod]
    public void A_PFX_file_with_a_password_is_refused_by_name_or_used() =>
        Run("pfx", 100, Shape.Bytes, options => (options.Tls.CertificateFile, options.Tls.CertificatePassword) = ("file", "secret"));

    [TestMethod]
    public void The_file_that_the_server_has_made_is_refused_by_name_or_used() =>
        Run("certificate", 400, Shape.Lines, _ => { }, ServerCertificate.FileName);

    [TestMethod]
    public void The_authorities_are_refused_by_name_or_used()
    {
        byte[] certificate = Corpus.Of("certificate")["chain.pem"];
        Run("authorities", 300, Shape.Lines, options =>
        {
            TestCertificates.WriteBytes(Path.Combine(options.DataDirectory, "site.pem"), certificate);
            options.Tls.CertificateFile = "site.pem";
            (options.Tls.ClientCertificates, options.Tls.ClientCertificateAuthorities) = (ClientCertificateMode.Require, "file");
        });
    }

    private static void Run(string corpus, int iterations, Shape shape, Action<ServerOptions> configure, string name = "file") =>
        Fuzzer.Run(Corpus.Of(corpus), shape, iterations, input =>
        {
            using var folder = new TempFolder();
            TestCertificates.WriteBytes(folder.File(name), input.Bytes);
            var options = new ServerOptions { DataDirectory = folder.Path };
            configure(options);
            try
            {
                using ServerCertificate certificate = ServerCertificate.Load(options);
                Assert.HasCount(32, certificate.Fingerprint.Split(':'));
                Assert.IsNotNull(certificate.Current.Options.ServerCertificateContext);
            }
            catch (ServerLibException e)
            {
                StringAssert.Contains(e.Message, folder.Path);
                CollectionAssert.AreEqual(input.Bytes, File.ReadAllBytes(folder.File(name)));
            }
        });
}
