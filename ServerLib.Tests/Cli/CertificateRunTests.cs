using System.Net.Security;
using System.Security.Cryptography;
using ServerLib.Tests.Compact;

namespace ServerLib.Tests.Cli;

/// <summary>What an admin sees of the certificate.</summary>
[TestClass]
public sealed class CertificateRunTests
{
    [TestMethod]
    public async Task Its_fingerprint_is_in_the_log_and_in_the_status()
    {
        using var folder = new TempFolder();
        var input = new TypedInput();
        await using HostRun run = HostRun.Start(folder, ["--port", "0", "--data", "."], input);
        byte[] shown = [];
        using (SslStream tls = await TlsPeer.ConnectAsync(
            await run.EndPointAsync(),
            Guard.NewToken(),
            options => options.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            {
                shown = certificate!.GetRawCertData();
                return true;
            }))
        {
            string fingerprint = string.Join(':', SHA256.HashData(shown).Select(b => $"{b:X2}"));
            await run.Out.SeeAsync($"TLS certificate, SHA-256 {fingerprint}, valid until ");
            input.Type("status");
            await run.Out.SeeAsync($"certificate SHA-256 {fingerprint}, 729 days left");
        }
    }

    [TestMethod]
    [DataRow("own", 1)]
    [DataRow("given", 2)]
    public async Task One_that_can_not_be_loaded_is_one_line_and_1_or_wrong_configuration(string which, int exit)
    {
        using var folder = new TempFolder();
        string file = folder.File(which == "own" ? "server-certificate.pem" : "site.pem");
        File.WriteAllText(file, "-----BEGIN CERTIFICATE-----\nMIIE");
        string[] given = which == "own" ? [] : ["--ServerLib:Tls:CertificateFile", "site.pem"];
        await using HostRun run = await HostRun.ToEndAsync(folder, ["--port", "0", "--data", ".", .. given]);

        Assert.AreEqual(exit, await run.Ended);
        Assert.HasCount(1, run.Error.Lines);
        Assert.Contains(file, run.Error.ToString());
    }
}
