using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using ServerLib.Protocol;
using ServerLib.Tests.Compact;
using ServerLib.Tests.EndToEnd;

namespace ServerLib.Tests;

/// <summary>A client at the other end of a pair of pipes. It knows the wire and nothing of the library.</summary>
internal sealed class PipePeer(IDuplexPipe pipe, Task? running = null)
{
    private readonly CancellationToken _guard = Guard.NewToken();

    public async Task SendAsync(params byte[][] frames)
    {
        foreach (byte[] frame in frames)
            await pipe.Output.WriteAsync(frame, _guard);
    }

    public Task SendAsync(params RawFrame[] frames) => SendAsync([.. frames.Select(frame => frame.ToBytes())]);

    /// <summary>Says that it speaks the compact protocol, and logs in.</summary>
    /// <returns>The answer: a RESULT, or a CLOSE; <see langword="null"/> when the connection is closed without a word.</returns>
    public async Task<RawFrame?> LogInAsync(string name, string password = "secret")
    {
        await SendAsync("SLIB/2\r\n"u8.ToArray());
        return await ReceiveAsync() is { Type: FrameType.Hello } ? await TryAgainAsync(name, password) : null;
    }

    /// <summary>Logs in on a connection on which it has failed before.</summary>
    public async Task<RawFrame?> TryAgainAsync(string name, string password = "secret")
    {
        await SendAsync(RawFrame.Login(name, password));
        return await ReceiveAsync();
    }

    /// <summary>Logs in, and waits until the connection is on the ledger.</summary>
    public async Task JoinAsync(string name, string password = "secret")
    {
        Assert.AreEqual("ok", (string?)(await LogInAsync(name, password))!.Json["code"]);
        await SettleAsync();
    }

    /// <summary>Waits until all that was sent is handled.</summary>
    public async Task SettleAsync()
    {
        await SendAsync(new RawFrame(FrameType.Ping, []));
        while ((await ReceiveAsync())!.Type != FrameType.Pong)
        {
            // Before it.
        }
    }

    /// <summary>Logs in as a classic client does, to where it has to give its key.</summary>
    public async Task<string?> LogInClassicAsync(string name, string password = "secret")
    {
        await SendAsync(ClassicWire.Plain(name), ClassicWire.Plain(password));
        return await ReceivePlainAsync();
    }

    /// <summary>The content of the next plain frame of the classic protocol; <see langword="null"/> when the server has closed.</summary>
    public async Task<string?> ReceivePlainAsync()
    {
        string header = Encoding.ASCII.GetString(await TakeAsync(ClassicWire.HeaderSize));
        return header.Length == 0 ? null : Encoding.UTF8.GetString(await TakeAsync(int.Parse(header, CultureInfo.InvariantCulture)));
    }

    /// <summary>The next frame; <see langword="null"/> when the server has closed.</summary>
    public async Task<RawFrame?> ReceiveAsync()
    {
        byte[] size = await TakeAsync(sizeof(int));
        if (size.Length == 0)
            return null;
        byte[] frame = await TakeAsync(BinaryPrimitives.ReadInt32BigEndian(size));
        return new RawFrame((FrameType)frame[0], frame[1..]);
    }

    /// <summary>Waits until the server closes.</summary>
    /// <returns>The code of its last frame, a CLOSE; <see langword="null"/> when it closed without a word.</returns>
    public async Task<string?> ReceiveCloseAsync() => (string?)(await ReceiveLastAsync())?.Json["code"];

    /// <summary>Waits until the server closes.</summary>
    /// <returns>Its last frame; <see langword="null"/> when it closed without a word.</returns>
    public async Task<RawFrame?> ReceiveLastAsync()
    {
        RawFrame? last = null;
        while (await ReceiveAsync() is { } frame)
            last = frame;
        return last;
    }

    /// <summary>Closes the connection, and waits until the server has released what it held for it.</summary>
    public async Task LeaveAsync()
    {
        await pipe.Output.CompleteAsync();
        await ReceiveCloseAsync();
        await (running ?? Task.CompletedTask).WaitAsync(_guard);
    }

    private async Task<byte[]> TakeAsync(int count)
    {
        ReadResult read = await pipe.Input.ReadAtLeastAsync(count, _guard);
        ReadOnlySequence<byte> taken = read.Buffer.Slice(0, Math.Min(count, read.Buffer.Length));
        byte[] bytes = taken.ToArray();
        pipe.Input.AdvanceTo(taken.End);
        return bytes;
    }
}
