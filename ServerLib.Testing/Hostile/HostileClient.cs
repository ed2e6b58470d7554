using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;

namespace ServerLib.Testing;

/// <summary>
/// A client that breaks rules. A test is a script: each method is a step that sends something, or says what the server must do. If the server
/// does something else, the test fails with the steps so far.
/// </summary>
/// <remarks>
/// Nothing is read until a step asks for it, so a client without such steps is one that never reads. What is sent after the server has closed
/// the connection is lost, as it is on a network. A step that waits in vain fails after 30 seconds in real time, whatever the server's clock
/// says.
/// </remarks>
public sealed class HostileClient : IDisposable, IAsyncDisposable
{
    /// <summary>What a client of the compact protocol sends first.</summary>
    public const string Preface = "SLIB/2\r\n";

    // As much as a socket holds. A client that does not read fills it.
    private const int PipeSize = 64 * 1024;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly Stream _stream;
    private readonly Task _released;
    private readonly List<string> _steps = [];

    /// <summary>Creates a client on a stream that leads to a server, such as a <see cref="System.Net.Sockets.NetworkStream"/>.</summary>
    /// <param name="stream">The stream. The client disposes it.</param>
    public HostileClient(Stream stream)
        : this(stream, Task.CompletedTask)
    {
    }

    private HostileClient(Stream stream, Task released)
    {
        ArgumentNullException.ThrowIfNull(stream);
        (_stream, _released) = (stream, released);
    }

    /// <summary>Connects to a server in memory.</summary>
    /// <param name="server">The server.</param>
    /// <param name="facts">What the server knows about the client. Default a client on this machine, without TLS.</param>
    public static HostileClient Connect(TestServer server, ConnectionFacts? facts = null)
    {
        ArgumentNullException.ThrowIfNull(server);
        var options = new PipeOptions(pauseWriterThreshold: PipeSize, resumeWriterThreshold: PipeSize / 2, useSynchronizationContext: false);
        return new HostileClient(new DuplexPipeStream(server.Open(facts, out Task running, options)), running);
    }

    /// <summary>The frame of a classic client's name or password: a header of 64 bytes with the length, then the text.</summary>
    /// <param name="text">The text.</param>
    public static string ClassicFrame(string text) => $"{Encoding.UTF8.GetByteCount(text),-64}{text}";

    /// <summary>Sends text.</summary>
    /// <param name="text">The text, as UTF-8.</param>
    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Sends bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    public Task SendAsync(ReadOnlyMemory<byte> bytes) => StepAsync($"sent {bytes.Length} bytes", () => WriteAsync(bytes));

    /// <summary>Sends frames at once.</summary>
    /// <param name="frames">The frames.</param>
    public Task SendAsync(params HostileFrame[] frames) => StepAsync(
        $"sent {string.Join(", ", frames.Select(frame => frame.Kind))}", () => WriteAsync(frames.SelectMany(frame => frame.ToBytes()).ToArray()));

    /// <summary>Sends a frame that says another length than it has.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="length">The length that it says.</param>
    public Task SendWithLengthAsync(HostileFrame frame, uint length)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return StepAsync($"sent {frame.Kind} with the length {length}", () => WriteAsync(frame.ToBytes(length)));
    }

    /// <summary>Sends the first bytes of a frame, and nothing more of it.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="count">How many bytes. Default half of them.</param>
    public Task SendPartAsync(HostileFrame frame, int? count = null)
    {
        ArgumentNullException.ThrowIfNull(frame);
        byte[] bytes = frame.ToBytes();
        int part = count ?? bytes.Length / 2;
        return StepAsync($"sent {part} of {bytes.Length} bytes of {frame.Kind}", () => WriteAsync(bytes.AsMemory(0, part)));
    }

    /// <summary>Sends bytes one at a time.</summary>
    /// <param name="bytes">The bytes.</param>
    public Task SendByteByByteAsync(ReadOnlyMemory<byte> bytes) => StepAsync($"sent {bytes.Length} bytes one at a time", async () =>
    {
        for (int i = 0; i < bytes.Length; i++)
            await WriteAsync(bytes.Slice(i, 1)).ConfigureAwait(false);
    });

    /// <summary>Sends a frame many times, as fast as the server accepts it.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="count">How many times.</param>
    public Task FloodAsync(HostileFrame frame, int count)
    {
        ArgumentNullException.ThrowIfNull(frame);
        byte[] bytes = frame.ToBytes();
        return StepAsync($"sent {frame.Kind} {count} times", async () =>
        {
            for (int i = 0; i < count; i++)
                await WriteAsync(bytes).ConfigureAwait(false);
        });
    }

    /// <summary>Logs in as a client should.</summary>
    /// <param name="userName">The user's name.</param>
    /// <param name="password">The password.</param>
    /// <exception cref="TestFailedException">The server refuses the login.</exception>
    public async Task LogInAsync(string userName, string password = "password")
    {
        await SendAsync(Preface).ConfigureAwait(false);
        await SendAsync(HostileFrame.Login(userName, password)).ConfigureAwait(false);
        await ExpectAsync(FrameKind.Result, "ok").ConfigureAwait(false);
        await ExpectAsync(FrameKind.Welcome).ConfigureAwait(false);
        await ExpectAliveAsync().ConfigureAwait(false);
    }

    /// <summary>Closes the connection without a word.</summary>
    public void Disconnect()
    {
        _steps.Add("disconnected");
        _stream.Dispose();
    }

    /// <summary>The server must send a frame of this type. Other frames before it are skipped, except CLOSE.</summary>
    /// <param name="kind">The type.</param>
    /// <param name="code">The member <c>code</c> of its JSON. Default any.</param>
    /// <returns>The frame.</returns>
    /// <exception cref="TestFailedException">The server has closed the connection, or sent another code, or nothing within the limit.</exception>
    public async Task<HostileFrame> ExpectAsync(FrameKind kind, string? code = null)
    {
        string wanted = code is null ? $"{kind}" : $"{kind} '{code}'";
        while (await ReadFrameAsync(wanted).ConfigureAwait(false) is { } frame)
        {
            if (frame.Kind == kind && (code is null || frame.Code == code))
                return frame;
            if (frame.Kind == kind || frame.Kind == FrameKind.Close)
                throw Failed($"expected {wanted}, but the server sent {frame}: {frame.Text}");
        }

        throw Failed($"expected {wanted}, but the server closed the connection");
    }

    /// <summary>The server must send exactly these bytes, for example to a classic client.</summary>
    /// <param name="text">The bytes, as text in UTF-8.</param>
    /// <exception cref="TestFailedException">The server sent something else, or nothing within the limit.</exception>
    public async Task ExpectTextAsync(string text)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        int read = await WithinLimitAsync(
            token => _stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, token).AsTask(), $"'{text}'").ConfigureAwait(false);
        string received = Encoding.UTF8.GetString(bytes, 0, read);
        _steps.Add($"received '{received}'");
        if (received != text)
            throw Failed($"expected '{text}', but the server sent '{received}'");
    }

    /// <summary>The server must answer a ping: the connection is open, and what was sent before is handled.</summary>
    /// <exception cref="TestFailedException">The server does not answer within the limit.</exception>
    public async Task ExpectAliveAsync()
    {
        await SendAsync(new HostileFrame(FrameKind.Ping)).ConfigureAwait(false);
        await ExpectAsync(FrameKind.Pong).ConfigureAwait(false);
    }

    /// <summary>The server must close the connection. Frames before that are skipped.</summary>
    /// <param name="code">The code of the CLOSE frame, such as <c>bad-frame</c>. Default: any, or no such frame.</param>
    /// <exception cref="TestFailedException">The server gives another code or none, or does not close within the limit.</exception>
    public async Task ExpectClosedAsync(string? code = null)
    {
        string wanted = code is null ? "the end of the connection" : $"CLOSE '{code}'";
        HostileFrame? last = null;
        while (await ReadFrameAsync(wanted).ConfigureAwait(false) is { } frame)
        {
            last = frame;
            if (frame.Kind == FrameKind.Close)
                break;
        }

        string? given = last is { Kind: FrameKind.Close } ? last.Code : null;
        if (code is not null && given != code)
            throw Failed($"expected {wanted}, but the server closed {(given is null ? "without CLOSE" : $"with '{given}'")}");
        await _stream.DisposeAsync().ConfigureAwait(false);
        await WithinLimitAsync(
            async token =>
            {
                await _released.WaitAsync(token).ConfigureAwait(false);
                return true;
            },
            "the server to release the connection").ConfigureAwait(false);
    }

    /// <summary>Does the same as <see cref="DisposeAsync"/>.</summary>
    public void Dispose() => _stream.Dispose();

    /// <summary>Closes the connection.</summary>
    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    /// <summary>Reads the next frame; <see langword="null"/> if the server has closed the connection.</summary>
    private async Task<HostileFrame?> ReadFrameAsync(string wanted)
    {
        HostileFrame? frame = await WithinLimitAsync(ReadFrameAsync, wanted).ConfigureAwait(false);
        _steps.Add(frame is null ? "was closed" : $"received {frame}");
        return frame;
    }

    private async Task<HostileFrame?> ReadFrameAsync(CancellationToken cancellationToken)
    {
        try
        {
            byte[] header = new byte[sizeof(uint)];
            await _stream.ReadExactlyAsync(header, cancellationToken).ConfigureAwait(false);
            byte[] body = new byte[BinaryPrimitives.ReadUInt32BigEndian(header)];
            await _stream.ReadExactlyAsync(body, cancellationToken).ConfigureAwait(false);
            return new HostileFrame((FrameKind)body[0], body.AsMemory(1));
        }
        catch (IOException)
        {
            return null;
        }
    }

    private async Task StepAsync(string step, Func<Task> send)
    {
        _steps.Add(step);
        await WithinLimitAsync(
            async token =>
            {
                await send().WaitAsync(token).ConfigureAwait(false);
                return true;
            },
            "the server to accept what the client sends").ConfigureAwait(false);
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await _stream.WriteAsync(bytes).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The server has closed. The next step says whether it should have.
        }
    }

    private async Task<T> WithinLimitAsync<T>(Func<CancellationToken, Task<T>> wait, string what)
    {
        using var end = new CancellationTokenSource(Limit);
        try
        {
            return await wait(end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (end.IsCancellationRequested)
        {
            throw Failed($"waited {Limit.TotalSeconds:0} s for {what}", e);
        }
    }

    private TestFailedException Failed(string what, Exception? cause = null) =>
        new($"The client {what}. Its steps: {string.Join("; ", _steps)}.", cause);
}
