using System.Buffers;
using System.IO.Pipelines;
using ServerLib.Testing;

namespace ServerLib.Tests.Resuming;

/// <summary>A connection in memory that passes bytes on in small pieces until it is lost.</summary>
internal sealed class FaultyLink
{
    private const int MaxPiece = 100;

    private readonly PipePair _near = new();
    private readonly LinkFault _fault;
    private readonly Direction _toServer;
    private readonly Direction _toClient;
    private readonly Action<FaultyLink> _onLost;
    private int _isLost;

    /// <param name="server">The client's end of a connection to the server.</param>
    /// <param name="fault">How the connection is lost.</param>
    /// <param name="seed">Decides on the pieces.</param>
    /// <param name="onLost">Called when it is lost.</param>
    public FaultyLink(IDuplexPipe server, LinkFault fault, int seed, Action<FaultyLink> onLost)
    {
        (_fault, _onLost) = (fault, onLost);
        _toServer = new Direction(_near.Server.Input, server.Output, fault.AfterToServer, fault.Server, fault.Client, new Random(seed));
        _toClient = new Direction(server.Input, _near.Server.Output, fault.AfterToClient, fault.Client, fault.Server, new Random(seed + 1));
        Stream = new DuplexPipeStream(_near.Client);
        ClientClosed = PassAsync(_toServer, _toClient);
        ServerClosed = PassAsync(_toClient, _toServer);
    }

    /// <summary>The client's end.</summary>
    public Stream Stream { get; }

    /// <summary>Completes when the client has closed its end.</summary>
    public Task ClientClosed { get; }

    /// <summary>Completes when the server has closed its end.</summary>
    public Task ServerClosed { get; }

    /// <summary>Whether the client notices the loss only because time passes.</summary>
    public bool NeedsTime => _fault.NeedsTime;

    private async Task PassAsync(Direction direction, Direction other)
    {
        // Leaves the constructor.
        await Task.Yield();
        bool isLost = false;
        bool flows = true;
        while (true)
        {
            if (!isLost && (Volatile.Read(ref _isLost) != 0 || direction.Rest == 0))
            {
                isLost = true;
                Lose(other);
                flows = await EndAsync(direction);
                if (direction.Sender == Sight.Reset)
                    break;
            }

            ReadResult read = await direction.From.ReadAsync();
            long size = !flows ? read.Buffer.Length : isLost ? direction.Piece(read.Buffer.Length) : direction.Take(read.Buffer.Length);
            ReadOnlySequence<byte> piece = read.Buffer.Slice(0, size);
            if (flows)
            {
                foreach (ReadOnlyMemory<byte> part in piece)
                    direction.To.Write(part.Span);
                await direction.To.FlushAsync();
            }

            bool isEnd = read.IsCompleted && size == read.Buffer.Length;
            direction.From.AdvanceTo(piece.End);
            if (isEnd)
                break;
        }

        await direction.From.CompleteAsync();
        if (flows)
            await direction.To.CompleteAsync();
    }

    private void Lose(Direction other)
    {
        if (Interlocked.Exchange(ref _isLost, 1) != 0)
            return;
        other.From.CancelPendingRead();
        _onLost(this);
    }

    /// <summary>Shows the receiver what it sees of the loss.</summary>
    /// <returns>Whether bytes still flow to it.</returns>
    private async Task<bool> EndAsync(Direction direction)
    {
        if (direction.Receiver == Sight.Silence)
            return _fault.IsHalf;
        await direction.To.CompleteAsync(direction.Receiver == Sight.Reset ? new IOException("Connection reset.") : null);
        return false;
    }

    /// <summary>The bytes from one side to the other.</summary>
    private sealed class Direction(PipeReader from, PipeWriter to, int size, Sight receiver, Sight sender, Random random)
    {
        public PipeReader From => from;

        public PipeWriter To => to;

        public Sight Receiver => receiver;

        public Sight Sender => sender;

        /// <summary>How many bytes are left until the loss.</summary>
        public int Rest { get; private set; } = size;

        /// <summary>The size of the next piece.</summary>
        public long Piece(long available) => Math.Min(available, random.Next(1, MaxPiece));

        /// <summary>The size of the next piece before the loss.</summary>
        public long Take(long available)
        {
            int size = (int)Math.Min(Piece(available), Rest);
            Rest -= size;
            return size;
        }
    }
}
