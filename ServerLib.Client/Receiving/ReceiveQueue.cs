using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace ServerLib.Clients;

/// <summary>
/// Received messages that the application has not read yet. While the queue is full, the client does not read from the server.
/// </summary>
/// <param name="capacity">The largest number of messages.</param>
/// <param name="maxBytes">The largest number of bytes in all messages together.</param>
/// <param name="discards">Whether all messages are discarded.</param>
internal sealed class ReceiveQueue(int capacity, int maxBytes, bool discards)
{
    private readonly Channel<ReceivedMessage> _messages =
        Channel.CreateBounded<ReceivedMessage>(new BoundedChannelOptions(capacity) { SingleWriter = true });

    private readonly Budget _budget = new(maxBytes);
    private volatile bool _isFull;

    /// <summary>Whether the client has stopped reading from the server, because the application does not read.</summary>
    public bool IsFull => _isFull;

    /// <summary>Reads the messages until the queue is completed.</summary>
    public async IAsyncEnumerable<ReceivedMessage> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (ReceivedMessage message in _messages.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            _budget.Return(message.Size);
            yield return message;
        }
    }

    /// <summary>Adds a message as soon as there is room. A completed queue discards it.</summary>
    public async ValueTask AddAsync(ReceivedMessage message)
    {
        if (discards)
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
            // The queue was completed in the meantime.
        }

        _isFull = false;
    }

    /// <summary>Completes the queue. The reader gets the remaining messages, then the end or <paramref name="failure"/>.</summary>
    public void Complete(Exception? failure)
    {
        _messages.Writer.TryComplete(failure);
        _budget.Close();
    }
}
