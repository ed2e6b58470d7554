using System.Threading.Channels;

namespace ServerLib.Tests.Clients;

/// <summary>Records the state changes of a client.</summary>
internal sealed class StateLog
{
    private readonly Channel<ServerClientStateChangedEventArgs> _changes = Channel.CreateUnbounded<ServerClientStateChangedEventArgs>();

    public StateLog(IServerClient client) => client.StateChanged += (_, change) => _changes.Writer.TryWrite(change);

    /// <summary>The next change. It must be to this state.</summary>
    public async Task<ServerClientStateChangedEventArgs> NextAsync(ServerClientState expected, CancellationToken token)
    {
        ServerClientStateChangedEventArgs change = await _changes.Reader.ReadAsync(token);
        Assert.AreEqual(expected, change.State);
        return change;
    }
}
