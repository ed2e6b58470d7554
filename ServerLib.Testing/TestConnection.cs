using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using ServerLib.Clients;
using ServerLib.Connections;
using ServerLib.Protocol;

namespace ServerLib.Testing;

/// <summary>
/// A connection for the tests of one's own <see cref="IMessageHandler"/>, as <c>FakeTimeProvider</c> is a clock for them: a user of a
/// compact client has logged in, without a server, a network or a login, and what is sent to him is kept to be looked at.
/// </summary>
/// <remarks>
/// Call the handler's methods with <see cref="Connection"/>, and look at <see cref="Sent"/> when they have returned. Nobody is there to
/// answer <see cref="Connection.RequestAsync(ReadOnlyMemory{byte}, TimeSpan?, CancellationToken)"/>: it waits until its time is up. What
/// reaches others goes by an <see cref="IMessageRouter"/>, which is mocked.
/// </remarks>
public sealed class TestConnection : IAsyncDisposable
{
    // The test need not read what is sent before more can be sent.
    private static readonly PipeOptions Unbounded = new(pauseWriterThreshold: 0);

    private readonly Pipe _fromClient = new();
    private readonly Pipe _toClient = new(Unbounded);
    private readonly List<ReceivedMessage> _sent = [];

    /// <summary>A connection whose user has just logged in.</summary>
    /// <param name="alias">The user's name.</param>
    /// <param name="remoteEndPoint">Where he is said to be. Default port 1 of this machine.</param>
    /// <param name="options">The limits that apply. Default all defaults.</param>
    /// <param name="timeProvider">The clock. Default the system's.</param>
    /// <exception cref="ServerLibException"><paramref name="alias"/> can't be a name.</exception>
    public TestConnection(string alias, EndPoint? remoteEndPoint = null, ServerOptions? options = null, TimeProvider? timeProvider = null)
    {
        Connection = new Connection(
            new ServerEnd(_fromClient.Reader, _toClient.Writer),
            remoteEndPoint ?? new IPEndPoint(IPAddress.Loopback, 1),
            options,
            timeProvider: timeProvider);
        Connection.Welcome(alias);
    }

    /// <summary>What the handler is given.</summary>
    public Connection Connection { get; }

    /// <summary>
    /// All messages, news of who comes and goes, and errors that were sent to the user until now, the oldest first. The welcome, and what
    /// else the protocol is made of, is not among them.
    /// </summary>
    public IReadOnlyList<ReceivedMessage> Sent
    {
        get
        {
            lock (_sent)
            {
                Read();
                return [.. _sent];
            }
        }
    }

    /// <summary>Ends the connection, unless it has ended. What was sent can still be looked at.</summary>
    public async ValueTask DisposeAsync()
    {
        // Nobody waits for a client that says nothing.
        await _fromClient.Writer.CompleteAsync().ConfigureAwait(false);
        await Connection.DisposeAsync().ConfigureAwait(false);
    }

    private void Read()
    {
        if (!_toClient.Reader.TryRead(out ReadResult read))
            return;
        ReadOnlyMemory<byte> rest = read.Buffer.ToArray();
        while (CompactFrame.TryRead(rest.Span, int.MaxValue, out int size, out FrameType type) == ReadStatus.Complete)
        {
            if (CompactMessageReader.TryRead(type, rest.Span[CompactFrame.HeaderSize..size]) is { } message)
                _sent.Add(message);
            rest = rest[size..];
        }

        _toClient.Reader.AdvanceTo(read.Buffer.GetPosition(read.Buffer.Length - rest.Length), read.Buffer.End);
    }

    private sealed record ServerEnd(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
