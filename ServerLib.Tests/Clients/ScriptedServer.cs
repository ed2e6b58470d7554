using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using ServerLib.Protocol;
using ServerLib.Tests.Transport;

namespace ServerLib.Tests.Clients;

/// <summary>Listens for clients, and leaves it to the test what the server sends.</summary>
internal sealed class ScriptedServer(X509Certificate2? certificate = null) : IDisposable
{
    private readonly Socket _listener = SocketPair.Listen();

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndPoint!;

    public ServerClientOptions Options => new() { EndPoint = EndPoint, UserName = "zoe", Password = "s3cret pass" };

    public ServerClientOptions ClassicOptions
    {
        get
        {
            ServerClientOptions options = Options;
            options.Protocol = ClientProtocol.Classic;
            return options;
        }
    }

    public async Task<ScriptedCompactPeer> AcceptAsync(CancellationToken token) => new(await AcceptStreamAsync(token), token);

    public async Task<ScriptedClassicPeer> AcceptClassicAsync(CancellationToken token) => new(await AcceptStreamAsync(token), token);

    /// <summary>Connects a client, logs it in, and returns both ends of the connection.</summary>
    public async Task<(ServerClient Client, ScriptedCompactPeer Peer)> ConnectAsync(
        ServerClientOptions options, CancellationToken token, int maxFrame = 65536, bool hasIds = false)
    {
        Task<ServerClient> connecting = ServerClient.ConnectAsync(options, token);
        ScriptedCompactPeer peer = await AcceptAsync(token);
        await peer.LogInAsync(maxFrame, hasIds);
        return (await connecting, peer);
    }

    /// <summary>Connects a classic client, logs it in, and returns both ends of the connection.</summary>
    public async Task<(ServerClient Client, ScriptedClassicPeer Peer)> ConnectClassicAsync(CancellationToken token)
    {
        Task<ServerClient> connecting = ServerClient.ConnectAsync(ClassicOptions, token);
        ScriptedClassicPeer peer = await AcceptClassicAsync(token);
        await peer.LogInAsync();
        return (await connecting, peer);
    }

    public void Dispose() => _listener.Dispose();

    private async Task<Stream> AcceptStreamAsync(CancellationToken token)
    {
        var stream = new NetworkStream(await _listener.AcceptAsync(token), ownsSocket: true);
        if (certificate is null)
            return stream;
        var tls = new SslStream(stream);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, token);
        return tls;
    }
}
