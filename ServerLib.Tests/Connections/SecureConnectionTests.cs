using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;
using Moq;
using ServerLib.Protocol;
using ServerLib.Testing;
using ServerLib.Tests.Compact;
using ServerLib.Tests.Transport;

namespace ServerLib.Tests.Connections;

/// <summary>A connection that becomes a TLS one, on pipes, from an address that may not log in without.</summary>
[TestClass]
public sealed class SecureConnectionTests : IDisposable
{
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly TempFolder _folder = new();
    private readonly TestCertificates _certificates = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly ServerOptions _options;
    private readonly Mock<IAuthenticator> _authenticator = new();
    private Credentials? _given;

    public SecureConnectionTests()
    {
        _options = new ServerOptions { DataDirectory = _folder.Path };
        _authenticator.Setup(a => a.AuthenticateAsync(It.IsAny<Credentials>(), It.IsAny<CancellationToken>()))
            .Callback((Credentials given, CancellationToken _) => _given = given)
            .ReturnsAsync(LoginResult.Ok("alice"));
    }

    [TestMethod]
    public async Task A_password_from_afar_is_taken_inside_of_TLS()
    {
        using ServerCertificate certificate = Load();
        await using Session session = await LogInAsync(certificate);

        Assert.AreEqual("alice", session.Alias);
        Assert.IsTrue(session.Connection.IsSecure);
        Assert.IsNull(session.Connection.ClientCertificateSubject);
        Assert.AreEqual("secret", _given!.Password);
    }

    [TestMethod]
    public async Task The_hash_of_the_presented_certificate_binds_a_signature()
    {
        using ServerCertificate certificate = Load();
        await using Session session = await LogInAsync(certificate);

        CollectionAssert.AreEqual(SHA256.HashData(session.Shown), session.Connection.Link.ServerEndPointHash.ToArray());
    }

    [TestMethod]
    public async Task A_new_certificate_is_for_new_connections()
    {
        using X509Certificate2 first = _certificates.Issue("first"), second = _certificates.Issue("second");
        Give(first);
        using ServerCertificate certificate = Load();
        await using Session before = await LogInAsync(certificate);
        Give(second);
        _time.Advance(TimeSpan.FromSeconds(30));
        await using Session after = await LogInAsync(certificate);

        CollectionAssert.AreEqual(first.RawData, before.Shown);
        CollectionAssert.AreEqual(second.RawData, after.Shown);
        await before.Peer.WriteAsync(new RawFrame(FrameType.MessageIn, "still here"u8.ToArray()).ToBytes(), _guard);
        Assert.AreEqual("still here", (await before.Connection.ReceiveAsync(_guard))?.Text);
    }

    [TestMethod]
    [DataRow(ClientCertificateMode.Allow, true)]
    [DataRow(ClientCertificateMode.Require, false)]
    public async Task A_client_without_a_certificate_gets_in_unless_one_is_required(ClientCertificateMode mode, bool getsIn)
    {
        AskClients(mode);
        using ServerCertificate certificate = Load();
        await using Session session = await LogInAsync(certificate);

        Assert.AreEqual(getsIn ? "alice" : null, session.Alias);
        if (!getsIn)
            Assert.AreEqual(DisconnectReason.ClientCertificateRefused, session.Connection.Reason);
    }

    [TestMethod]
    [DataRow(ClientCertificateMode.Allow)]
    [DataRow(ClientCertificateMode.Require)]
    public async Task The_authenticator_knows_whose_certificate_it_is(ClientCertificateMode mode)
    {
        AskClients(mode);
        using ServerCertificate certificate = Load();
        using X509Certificate2 certificateOfAlice = _certificates.Issue("alice", forClients: true);
        await using Session session = await LogInAsync(certificate, certificateOfAlice);

        Assert.AreEqual("CN=alice", _given?.ClientCertificateSubject);
        Assert.AreEqual("CN=alice", session.Connection.ClientCertificateSubject);
    }

    [TestMethod]
    [DataRow("of another authority")]
    [DataRow("ended")]
    [DataRow("for servers")]
    public async Task A_certificate_that_is_no_clients_is_refused(string what)
    {
        AskClients(ClientCertificateMode.Allow);
        using ServerCertificate certificate = Load();
        using var another = new TestCertificates();
        using X509Certificate2 bad = what switch
        {
            "ended" => _certificates.Issue("alice", days: 0, forClients: true),
            "for servers" => _certificates.Issue("alice"),
            _ => another.Issue("alice", forClients: true),
        };
        await using Session session = await LogInAsync(certificate, bad);

        Assert.IsNull(session.Alias);
        Assert.AreEqual(DisconnectReason.ClientCertificateRefused, session.Connection.Reason);
    }

    [TestMethod]
    public async Task A_handshake_that_stops_half_way_ends_with_the_grace_time()
    {
        using ServerCertificate certificate = Load();
        var pair = new PipePair();
        await using var connection = new Connection(pair.Server, new(Afar), _options, ServerKey.Ephemeral, _time, certificate);
        ValueTask<bool> connecting = Srv.ConnectClientAsync(connection, Mock.Of<IConnectionLedger>(), Mock.Of<IUserDatabase>(), _authenticator.Object);
        await pair.Client.Output.WriteAsync(await TlsPeer.ClientHelloAsync(_guard), _guard);
        await pair.Client.Input.ReadAsync(_guard);
        _time.Advance(_options.Login.GraceTime);

        Assert.IsFalse(await connecting);
        Assert.AreEqual(DisconnectReason.LoginTimeout, connection.Reason);
        await pair.Client.Output.CompleteAsync();
    }

    [TestMethod]
    public async Task Without_a_certificate_there_is_no_TLS()
    {
        var pair = new PipePair();
        await using var connection = new Connection(pair.Server, new(Afar), _options, ServerKey.Ephemeral, _time);
        await pair.Client.Output.WriteAsync(await TlsPeer.ClientHelloAsync(_guard), _guard);
        await pair.Client.Output.CompleteAsync();

        Assert.IsNull(await Srv.GetCredentialsAsync(connection, _guard));
        Assert.AreEqual(DisconnectReason.UnknownProtocol, connection.Reason);
    }

    public void Dispose()
    {
        _certificates.Dispose();
        _folder.Dispose();
    }

    private static IPEndPoint Afar => new(IPAddress.Parse("192.0.2.1"), 7);

    private ServerCertificate Load() => ServerCertificate.Load(_options, timeProvider: _time);

    private void Give(X509Certificate2 certificate)
    {
        _options.Tls.CertificateFile = "site.pem";
        TestCertificates.Write(_folder.File("site.pem"), certificate.ExportCertificatePem(), TestCertificates.KeyOf(certificate));
    }

    private void AskClients(ClientCertificateMode mode)
    {
        _options.Tls.ClientCertificates = mode;
        _options.Tls.ClientCertificateAuthorities = "clients.pem";
        TestCertificates.Write(
            _folder.File("clients.pem"), _certificates.Authority.ExportCertificatePem(), _certificates.Root.ExportCertificatePem());
    }

    private async Task<Session> LogInAsync(ServerCertificate certificate, X509Certificate2? client = null)
    {
        var pair = new PipePair();
        var connection = new Connection(pair.Server, new(Afar), _options, ServerKey.Ephemeral, _time, certificate);
        Task<string?> authenticating = Srv.UserAuthenticateAsync(connection, _authenticator.Object, _guard).AsTask();
        var session = new Session(connection, new SslStream(TransportPairs.StreamOn(pair.Client)));
        await session.OpenAsync(client, authenticating, _guard);
        return session;
    }

    /// <summary>Both ends.</summary>
    private sealed record Session(Connection Connection, SslStream Peer) : IAsyncDisposable
    {
        public string? Alias { get; private set; }

        /// <summary>The certificate that the client was shown.</summary>
        public byte[] Shown { get; private set; } = [];

        public async Task OpenAsync(X509Certificate2? client, Task<string?> authenticating, CancellationToken token)
        {
            var options = new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                ClientCertificates = client is null ? null : [client],
                LocalCertificateSelectionCallback = client is null ? null : (_, _, _, _, _) => client,
                RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                {
                    Shown = certificate!.GetRawCertData();
                    return true;
                },
            };
            try
            {
                await Peer.AuthenticateAsClientAsync(options, token);
                await Peer.WriteAsync((byte[])[.. "SLIB/2\r\n"u8, .. RawFrame.Login("alice", "secret").ToBytes()], token);
            }
            catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
            {
                // Refused.
            }

            Alias = await authenticating.WaitAsync(token);
        }

        public async ValueTask DisposeAsync()
        {
            await Peer.DisposeAsync();
            await Connection.DisposeAsync();
        }
    }
}
