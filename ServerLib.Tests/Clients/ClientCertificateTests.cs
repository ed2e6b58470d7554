using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using ServerLib.Protocol;
using ServerLib.Tests.Transport;

namespace ServerLib.Tests.Clients;

/// <summary>The client with a server that asks for a client certificate.</summary>
[TestClass]
public sealed class ClientCertificateTests : IDisposable
{
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly TestCertificates _certificates = new();
    private readonly TaskCompletionSource<string> _alert = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [TestMethod]
    [DataRow(ClientProtocol.Compact)]
    [DataRow(ClientProtocol.Classic)]
    public async Task The_client_presents_its_certificate(ClientProtocol protocol)
    {
        await using RunningServer server = await StartAsync(ClientCertificateMode.Require);
        using X509Certificate2 certificate = _certificates.Issue("alice", forClients: true);
        await using ServerClient client = await ConnectAsync(server, certificate, protocol);

        Assert.AreEqual("alice", client.Alias);
        Assert.AreEqual("CN=alice", server.Ledger.Find("alice").Single().ClientCertificateSubject);
    }

    [TestMethod]
    public async Task No_certificate_is_needed_where_the_server_only_allows_one()
    {
        await using RunningServer server = await StartAsync(ClientCertificateMode.Allow);
        await using ServerClient client = await ConnectAsync(server, null);

        Assert.AreEqual("alice", client.Alias);
    }

    [TestMethod]
    [DataRow(ClientProtocol.Compact)]
    [DataRow(ClientProtocol.Classic)]
    public async Task A_missing_certificate_is_reported_on_both_sides(ClientProtocol protocol)
    {
        await using RunningServer server = await StartAsync(ClientCertificateMode.Require);

        ServerClientException e = await Assert.ThrowsExactlyAsync<ServerClientException>(() => ConnectAsync(server, null, protocol));
        Assert.AreEqual(
            "The server closed the connection. It asks for a client certificate from an authority that it trusts, and got none.",
            e.Message);
        Assert.AreEqual("certificate-refused", e.Code);
        StringAssert.StartsWith(
            await _alert.Task.WaitAsync(_guard),
            "[ ALERT ] connections refused because they had no valid client certificate: 1, the last one @127.0.0.1:");
    }

    [TestMethod]
    [DataRow("of another authority")]
    [DataRow("ended")]
    public async Task A_refused_certificate_is_reported_on_both_sides(string what)
    {
        await using RunningServer server = await StartAsync(ClientCertificateMode.Allow);
        using var another = new TestCertificates();
        using X509Certificate2 bad = what == "ended" ? _certificates.Issue("alice", days: 0, forClients: true) : another.Issue("alice", forClients: true);

        ServerClientException e = await Assert.ThrowsExactlyAsync<ServerClientException>(() => ConnectAsync(server, bad));
        StringAssert.EndsWith(e.Message, "and got 'CN=alice'.");
        Assert.AreEqual("certificate-refused", e.Code);
        await _alert.Task.WaitAsync(_guard);
    }

    [TestMethod]
    public async Task A_certificate_that_cannot_be_presented_is_an_invalid_option()
    {
        using X509Certificate2 certificate = _certificates.Issue("alice", forClients: true);
        using X509Certificate2 withoutKey = X509CertificateLoader.LoadCertificate(certificate.RawData);
        var options = new ServerClientOptions { UserName = "alice", Password = "s3cret pass", ClientCertificate = certificate };
        ArgumentException e = await Assert.ThrowsExactlyAsync<ArgumentException>(() => ServerClient.ConnectAsync(options, _guard));
        StringAssert.Contains(e.Message, "TLS");

        (options.Tls, options.ClientCertificate) = (TlsMode.Validate, withoutKey);
        e = await Assert.ThrowsExactlyAsync<ArgumentException>(() => ServerClient.ConnectAsync(options, _guard));
        StringAssert.Contains(e.Message, "private key");
    }

    public void Dispose() => _certificates.Dispose();

    private async Task<RunningServer> StartAsync(ClientCertificateMode mode) => await RunningServer.StartAsync(
        options =>
        {
            options.Tls.ClientCertificates = mode;
            options.Tls.ClientCertificateAuthorities = "clients.pem";
            TestCertificates.Write(
                Path.Combine(options.DataDirectory, "clients.pem"),
                _certificates.Authority.ExportCertificatePem(),
                _certificates.Root.ExportCertificatePem());
        },
        services: services => services.AddSingleton<ILog>(new DelegateLog(line =>
        {
            if (line.Contains("client certificate", StringComparison.Ordinal))
                _alert.TrySetResult(line);
        })));

    private Task<ServerClient> ConnectAsync(
        RunningServer server, X509Certificate2? certificate, ClientProtocol protocol = ClientProtocol.Compact) =>
        server.ConnectAsync("alice", _guard, options =>
        {
            (options.Tls, options.Fingerprint) = (TlsMode.Pinned, server.Certificate.Fingerprint);
            options.ClientCertificate = certificate;
            options.Protocol = protocol;
        });
}
