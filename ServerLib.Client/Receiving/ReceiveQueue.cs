using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace ServerLib.Clients;

/// <summary>What has arrived and waits for its reader. Bounded by number and by bytes: who doesn't read is not read for.</summary>
internal sealed class ReceiveQueue(int capacity, int maxBytes, bool ignores)
{
    private readonly Channel<ReceivedMessage> _messages =
        Channel.CreateBounded<ReceivedMessage>(new BoundedChannelOptions(capacity) { SingleWriter = true });

    private readonly ByteBudget _budget = new(maxBytes);
    private volatile bool _isFull;

    /// <summary>Whether reading from the server has stopped because nobody reads here.</summary>
    public bool IsFull => _isFull;

    public async IAsyncEnumerable<ReceivedMessage> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (ReceivedMessage message in _messages.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            _budget.GiveBack(message.Size);
            yield return message;
        }
    }

    /// <summary>Adds a message, as soon as there is room; after the end it is thrown away.</summary>
    public async ValueTask AddAsync(ReceivedMessage message)
    {
        if (ignores)
            return;
        bool isTaken = _budget.TryTake(message.Size);
        if (isTaken && _messages.Writer.TryWrite(message))
            return;
        _isFull = true;
        try
        {
            if (!isTaken)
                await _budget.TakeAsync(message.Size, CancellationToken.None).ConfigureAwait(false);
            await _messages.Writer.WriteAsync(message).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            // The client is being disposed: nobody is going to read.
        }

        _isFull = false;
    }

    /// <summary>Nothing more comes. The reader gets what waits, then the end, or the exception.</summary>
    public void Complete(Exception? failure)
    {
        _messages.Writer.TryComplete(failure);
        _budget.Close();
    }
}
