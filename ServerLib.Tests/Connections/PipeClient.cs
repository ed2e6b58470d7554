using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using ServerLib.Tests.Compact;
using ServerLib.Tests.EndToEnd;
using ServerLib.Tests.Transport;

namespace ServerLib.Tests.Connections;

/// <summary>A connection on pipes, and the client's end of it: no network.</summary>
internal sealed class PipeClient
{
    private readonly IDuplexPipe _pipe;

    public PipeClient(ServerOptions? options = null, TimeProvider? time = null, IPAddress? from = null)
    {
        var pair = new PipePair();
        _pipe = pair.Client;
        Connection = new Connection(pair.Server, new IPEndPoint(from ?? IPAddress.Loopback, 7), options, ServerKey.Ephemeral, time);
    }

    public Connection Connection { get; }

    public async Task SendAsync(params byte[][] frames)
    {
        foreach (byte[] frame in frames)
            await _pipe.Output.WriteAsync(frame);
    }

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
    public async Task<string?> ReceivePlainAsync()
    {
        string header = Encoding.ASCII.GetString(await TakeAsync(ClassicFrame.HeaderSize));
        return header.Length == 0 ? null : Encoding.UTF8.GetString(await TakeAsync(int.Parse(header, CultureInfo.InvariantCulture)));
    }

    /// <summary>The next frames of the compact protocol.</summary>
    public async Task<List<RawFrame>> ReceiveFramesAsync(int count)
    {
        var frames = new List<RawFrame>();
        while (frames.Count < count)
        {
            byte[] frame = await TakeAsync(BinaryPrimitives.ReadInt32BigEndian(await TakeAsync(sizeof(int))));
            frames.Add(new RawFrame(frame[0], frame[1..]));
        }

        return frames;
    }

    private async Task<byte[]> TakeAsync(int count)
    {
        ReadResult read = await _pipe.Input.ReadAtLeastAsync(count, Guard.NewToken());
        ReadOnlySequence<byte> taken = read.Buffer.Slice(0, Math.Min(count, read.Buffer.Length));
        byte[] bytes = taken.ToArray();
        _pipe.Input.AdvanceTo(taken.End);
        return bytes;
    }
}
