namespace ServerLib.Tests.Clients;

/// <summary>A client that has logged in to a <see cref="ScriptedServer"/>, and the server's end of its connection.</summary>
internal sealed class ScriptedSession : IAsyncDisposable
{
    private readonly ScriptedServer _server;
    private readonly ServerClient _client;
    private readonly ScriptedCompactPeer _peer;

    private ScriptedSession(ScriptedServer server, ServerClient client, ScriptedCompactPeer peer) =>
        (_server, _client, _peer) = (server, client, peer);

    public static async Task<ScriptedSession> StartAsync(
        CancellationToken token, Action<ServerClientOptions>? configure = null, bool hasIds = false)
    {
        var server = new ScriptedServer();
        ServerClientOptions options = server.Options;
        configure?.Invoke(options);
        (ServerClient client, ScriptedCompactPeer peer) = await server.ConnectAsync(options, token, hasIds: hasIds);
        return new ScriptedSession(server, client, peer);
    }

    public void Deconstruct(out ServerClient client, out ScriptedCompactPeer peer) => (client, peer) = (_client, _peer);

    public async ValueTask DisposeAsync()
    {
        _peer.Dispose();
        await _client.DisposeAsync();
        _server.Dispose();
    }
}
