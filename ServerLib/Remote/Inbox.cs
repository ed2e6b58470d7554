using System.Threading.Channels;

namespace ServerLib.Remote;

/// <summary>What has arrived and waits for its reader. Bounded: who doesn't read is not read for.</summary>
internal sealed class Inbox(int capacity, bool ignores)
{
    private readonly Channel<ReceivedMessage> _messages =
        Channel.CreateBounded<ReceivedMessage>(new BoundedChannelOptions(capacity) { SingleWriter = true });

    private volatile bool _isFull;

    /// <summary>Whether reading from the server has stopped because nobody reads here.</summary>
    public bool IsFull => _isFull;

    public IAsyncEnumerable<ReceivedMessage> ReadAllAsync(CancellationToken cancellationToken) =>
        _messages.Reader.ReadAllAsync(cancellationToken);

    /// <summary>Adds a message, as soon as there is room; after the end it is thrown away.</summary>
    public async ValueTask AddAsync(ReceivedMessage message)
    {
        if (ignores || _messages.Writer.TryWrite(message))
            return;
        _isFull = true;
        try
        {
            await _messages.Writer.WriteAsync(message).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            // The client is being disposed: nobody is going to read.
        }

        _isFull = false;
    }

    /// <summary>Nothing more comes. The reader gets what waits, then the end, or the exception.</summary>
    public void Complete(Exception? failure) => _messages.Writer.TryComplete(failure);
}
