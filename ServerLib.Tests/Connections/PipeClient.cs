using System.IO.Pipelines;
using System.Net;
using ServerLib.Tests.Compact;
using ServerLib.Tests.Transport;

namespace ServerLib.Tests.Connections;

/// <summary>A connection on pipes, and the client's end of it: no network.</summary>
internal sealed class PipeClient
{
    private readonly IDuplexPipe _pipe;
    private readonly PipePeer _peer;

    public PipeClient(ServerOptions? options = null, TimeProvider? time = null, IPAddress? from = null)
    {
        var pair = new PipePair();
        _pipe = pair.Client;
        _peer = new PipePeer(_pipe);
        Connection = new Connection(pair.Server, new(new IPEndPoint(from ?? IPAddress.Loopback, 7)), options, ServerKey.Ephemeral, time);
    }

    public Connection Connection { get; }

    public Task SendAsync(params byte[][] frames) => _peer.SendAsync(frames);

    /// <summary>How many bytes the server has sent that are not received yet.</summary>
    public long CountWaiting()
    {
        if (!_pipe.Input.TryRead(out ReadResult read))
            return 0;
        _pipe.Input.AdvanceTo(read.Buffer.Start);
        return read.Buffer.Length;
    }

    public ValueTask LeaveAsync() => _pipe.Output.CompleteAsync();

    /// <summary>The next plain frame's content; <see langword="null"/> at the end.</summary>
    public Task<string?> ReceivePlainAsync() => _peer.ReceivePlainAsync();

    /// <summary>The next frames of the compact protocol.</summary>
    public async Task<List<RawFrame>> ReceiveFramesAsync(int count)
    {
        var frames = new List<RawFrame>();
        while (frames.Count < count)
            frames.Add((await _peer.ReceiveAsync())!);
        return frames;
    }
}
