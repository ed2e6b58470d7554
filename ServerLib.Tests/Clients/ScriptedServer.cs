using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using ServerLib.Protocol;
using ServerLib.Tests.Transport;

namespace ServerLib.Tests.Clients;

/// <summary>A server that says what a test has it say.</summary>
internal sealed class ScriptedServer(X509Certificate2? certificate = null) : IDisposable
{
    private readonly Socket _listener = SocketPair.Listen();

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndPoint!;

    public ServerClientOptions Options => new() { EndPoint = EndPoint, UserName = "zoe", Password = "s3cret pass" };

    public async Task<ScriptedPeer> AcceptAsync(CancellationToken token)
    {
        Socket socket = await _listener.AcceptAsync(token);
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (certificate is not null)
        {
            var tls = new SslStream(stream);
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, token);
            stream = tls;
        }

        return new ScriptedPeer(stream, token);
    }

    /// <summary>A client and the server's end of its connection, logged in.</summary>
    public async Task<(ServerClient Client, ScriptedPeer Peer)> ConnectAsync(ServerClientOptions options, CancellationToken token, int maxFrame = 65536)
    {
        Task<ServerClient> connecting = ServerClient.ConnectAsync(options, token);
        ScriptedPeer peer = await AcceptAsync(token);
        await peer.LogInAsync(maxFrame);
        return (await connecting, peer);
    }

    public void Dispose() => _listener.Dispose();
}
