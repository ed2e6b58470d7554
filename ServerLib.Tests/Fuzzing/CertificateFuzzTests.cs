using ServerLib.Tests.Transport;

namespace ServerLib.Tests.Fuzzing;

/// <summary>Certificate files: each one loads, or is refused with its name and not changed.</summary>
[TestClass]
public sealed class CertificateFuzzTests
{
    [TestMethod]
    public void A_mutated_PEM_certificate_is_loaded_or_refused_by_file_name() =>
        Run("certificate", 400, Shape.Lines, options => options.Tls.CertificateFile = "file");

    [TestMethod]
    public void A_mutated_separate_key_file_is_loaded_or_refused_by_file_name()
    {
        byte[] certificate = Corpus.Of("certificate")["without-key.pem"];
        Run("certificate", 300, Shape.Lines, options =>
        {
            File.WriteAllBytes(Path.Combine(options.DataDirectory, "site.pem"), certificate);
            (options.Tls.CertificateFile, options.Tls.CertificateKeyFile) = ("site.pem", "file");
        });
    }

    [TestMethod]
    public void A_mutated_PFX_file_is_loaded_or_refused_by_file_name() =>
        Run("pfx", 300, Shape.Bytes, options => options.Tls.CertificateFile = "file");

    [TestMethod]
    public void A_mutated_PFX_file_with_password_is_loaded_or_refused_by_file_name() =>
        Run("pfx", 100, Shape.Bytes, options => (options.Tls.CertificateFile, options.Tls.CertificatePassword) = ("file", "secret"));

    [TestMethod]
    public void A_mutated_self_signed_certificate_is_loaded_or_refused_by_file_name() =>
        Run("certificate", 400, Shape.Lines, _ => { }, ServerCertificate.FileName);

    [TestMethod]
    public void A_mutated_authorities_file_is_loaded_or_refused_by_file_name()
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
