using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ServerLib.Protocol;

namespace ServerLib.Tests.Clients;

[TestClass]
public sealed class TlsTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task A_pinned_certificate_is_accepted(bool plainHex)
    {
        using X509Certificate2 certificate = TestCertificate.New();
        using var server = new ScriptedServer(certificate);
        string fingerprint = Fingerprint(certificate);
        ServerClientOptions options = Options(server, TlsMode.Pinned);
        options.Fingerprint = plainHex ? certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant() : fingerprint;

        (ServerClient client, ScriptedCompactPeer peer) = await server.ConnectAsync(options, _guard);
        await using ServerClient disposed = client;
        Assert.AreEqual(fingerprint, client.ServerFingerprint);
        await client.SendAsync("x", _guard);
        await peer.ReadAsync();
        peer.Dispose();
    }

    [TestMethod]
    [DataRow(TlsMode.Pinned)]
    [DataRow(TlsMode.Validate)]
    public async Task Another_certificate_is_refused_before_anything_is_sent(TlsMode mode)
    {
        using X509Certificate2 certificate = TestCertificate.New();
        using X509Certificate2 another = TestCertificate.New();
        using var server = new ScriptedServer(certificate);
        ServerClientOptions options = Options(server, mode);
        options.Fingerprint = mode == TlsMode.Pinned ? Fingerprint(another) : null;

        ServerClientException e = await RefusedAsync(server, options);
        Assert.AreEqual("untrusted", e.Code);
        StringAssert.Contains(e.Message, Fingerprint(certificate));
    }

    [TestMethod]
    public async Task TrustServer_decides_while_the_connect_time_stands_still()
    {
        using X509Certificate2 certificate = TestCertificate.New();
        using var server = new ScriptedServer(certificate);
        ServerClientOptions options = Options(server, TlsMode.Ask);
        var time = new SteppedTime();
        options.TimeProvider = time;
        ServerIdentity? shown = null;
        options.TrustServer = (identity, _) =>
        {
            shown = identity;
            time.Advance(TimeSpan.FromHours(1));
            return new(true);
        };

        (ServerClient client, ScriptedCompactPeer peer) = await server.ConnectAsync(options, _guard);
        await using ServerClient disposed = client;
        peer.Dispose();
        Assert.AreEqual(new ServerIdentity("127.0.0.1", server.EndPoint.Port, Fingerprint(certificate), IsValid: false), shown);

        options.TrustServer = (_, _) => new(false);
        Assert.AreEqual("untrusted", (await RefusedAsync(server, options)).Code);
    }

    [TestMethod]
    public async Task A_client_with_TLS_refuses_a_server_without_it()
    {
        using var server = new ScriptedServer();
        ServerClientOptions options = Options(server, TlsMode.Validate);
        Task<ServerClient> connecting = ServerClient.ConnectAsync(options, _guard);
        using ScriptedCompactPeer peer = await server.AcceptAsync(_guard);
        await peer.WriteRawAsync("SSH-2.0-x\r\n"u8.ToArray());

        await Assert.ThrowsExactlyAsync<ServerClientException>(() => connecting);
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow("AB:CD")]
    [DataRow("zz")]
    public async Task An_invalid_fingerprint_is_an_invalid_option(string? fingerprint)
    {
        using var server = new ScriptedServer();
        ServerClientOptions options = Options(server, TlsMode.Pinned);
        options.Fingerprint = fingerprint;

        await Assert.ThrowsExactlyAsync<ArgumentException>(() => ServerClient.ConnectAsync(options, _guard));
    }

    [TestMethod]
    [DataRow(TlsMode.None)]
    [DataRow(TlsMode.Validate)]
    [DataRow(TlsMode.Ask)]
    public async Task A_fingerprint_without_pinning_is_an_invalid_option(TlsMode mode)
    {
        using X509Certificate2 certificate = TestCertificate.New();
        ServerClientOptions options = Unreachable(mode);
        options.Fingerprint = Fingerprint(certificate);
        options.TrustServer = mode == TlsMode.Ask ? (_, _) => new(true) : null;

        ArgumentException e = await Assert.ThrowsExactlyAsync<ArgumentException>(() => ServerClient.ConnectAsync(options, _guard));
        StringAssert.Contains(e.Message, "TlsMode.Pinned");
    }

    [TestMethod]
    [DataRow(TlsMode.None)]
    [DataRow(TlsMode.Validate)]
    [DataRow(TlsMode.Pinned)]
    public async Task TrustServer_without_TlsMode_Ask_is_an_invalid_option(TlsMode mode)
    {
        using X509Certificate2 certificate = TestCertificate.New();
        ServerClientOptions options = Unreachable(mode);
        options.Fingerprint = mode == TlsMode.Pinned ? Fingerprint(certificate) : null;
        options.TrustServer = (_, _) => new(false);

        ArgumentException e = await Assert.ThrowsExactlyAsync<ArgumentException>(() => ServerClient.ConnectAsync(options, _guard));
        StringAssert.Contains(e.Message, "TlsMode.Ask");
    }

    /// <summary>Options for an unreachable server. Trying to connect would throw another exception.</summary>
    private static ServerClientOptions Unreachable(TlsMode mode) =>
        new() { EndPoint = new IPEndPoint(IPAddress.Loopback, 0), UserName = "zoe", Password = "s3cret pass", Tls = mode };

    private async Task<ServerClientException> RefusedAsync(ScriptedServer server, ServerClientOptions options)
    {
        Task<ServerClient> connecting = ServerClient.ConnectAsync(options, _guard);
        try
        {
            using ScriptedCompactPeer peer = await server.AcceptAsync(_guard);
            await Assert.ThrowsAsync<IOException>(peer.ReadLoginAsync);
        }
        catch (System.Security.Authentication.AuthenticationException)
        {
            // The client refused the certificate during the handshake.
        }
        catch (IOException)
        {
            // The same with TLS 1.2.
        }

        return await Assert.ThrowsExactlyAsync<ServerClientException>(() => connecting);
    }

    private static ServerClientOptions Options(ScriptedServer server, TlsMode mode)
    {
        ServerClientOptions options = server.Options;
        options.Tls = mode;
        return options;
    }

    private static string Fingerprint(X509Certificate2 certificate) =>
        string.Join(':', SHA256.HashData(certificate.RawData).Select(b => $"{b:X2}"));
}
