using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace ServerLib.Clients;

/// <summary>
/// Received messages that the application has not read yet. While the queue is full, the client does not read from the server. The number of
/// messages does not count while the application waits for an answer, or handles events or calls, because these come after them.
/// </summary>
/// <param name="capacity">The largest number of messages.</param>
/// <param name="maxBytes">The largest number of bytes in all messages together.</param>
/// <param name="discards">Whether all messages are discarded.</param>
internal sealed class ReceiveQueue(int capacity, int maxBytes, bool discards)
{
    /// <summary>About what a message takes besides its content. It counts when <c>capacity</c> does not.</summary>
    private const int Overhead = 160;

    private volatile Channel<ReceivedMessage> _messages = Channel.CreateUnbounded<ReceivedMessage>();
    private readonly Lock _gate = new();
    private TaskCompletionSource? _room;
    private long _bytes;
    private int _count;
    private int _awaitedAnswers;
    private int _handlers;
    private bool _isRead;
    private bool _isCompleted;
    private volatile bool _isFull;

    /// <summary>Whether the client has stopped reading from the server, because the application does not read.</summary>
    public bool IsFull => _isFull;

    /// <summary>Reads the messages until the queue is completed.</summary>
    public async IAsyncEnumerable<ReceivedMessage> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        lock (_gate)
            _isRead = true;
        await foreach (ReceivedMessage message in _messages.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            Return(message.Size);
            yield return message;
        }
    }

    /// <summary>Adds a message as soon as there is room. A completed queue discards it.</summary>
    public async ValueTask AddAsync(ReceivedMessage message)
    {
        if (discards)
            return;
        while (TakeOrWait(message.Size) is { } room)
        {
            _isFull = true;
            await room.ConfigureAwait(false);
        }

        _isFull = false;
        _messages.Writer.TryWrite(message);
    }

    /// <summary>Adds a message about the connection without waiting. If twice as many as allowed wait already, it is discarded.</summary>
    public void AddNotice(ReceivedMessage message)
    {
        lock (_gate)
        {
            if (discards || _count >= 2L * capacity)
                return;
            _count++;
            _bytes += message.Size;
        }

        _messages.Writer.TryWrite(message);
    }

    /// <summary>The application waits for an answer from now on.</summary>
    public void BeginAnswer()
    {
        lock (_gate)
        {
            _awaitedAnswers++;
            Signal();
        }
    }

    /// <summary>The application does not wait for that answer any more.</summary>
    public void EndAnswer()
    {
        lock (_gate)
            _awaitedAnswers--;
    }

    /// <summary>The application handles events or calls from now on, which come between the messages.</summary>
    public void AddHandler()
    {
        lock (_gate)
        {
            _handlers++;
            Signal();
        }
    }

    /// <summary>That handler is removed.</summary>
    public void RemoveHandler()
    {
        lock (_gate)
            _handlers--;
    }

    /// <summary>Completes the queue. The reader gets the remaining messages, then the end or <paramref name="failure"/>.</summary>
    public void Complete(Exception? failure)
    {
        _messages.Writer.TryComplete(failure);
        lock (_gate)
        {
            _isCompleted = true;
            Signal();
        }
    }

    /// <summary>Takes messages again after it was completed. Those that were not read can still be read.</summary>
    public void Reopen()
    {
        lock (_gate)
        {
            if (!_isCompleted)
                return;
            _isCompleted = false;
            Channel<ReceivedMessage> completed = _messages;
            _messages = Channel.CreateUnbounded<ReceivedMessage>();
            while (completed.Reader.TryRead(out ReceivedMessage? unread))
                _messages.Writer.TryWrite(unread);
        }
    }

    private Task? TakeOrWait(long size)
    {
        lock (_gate)
        {
            if (_handlers > 0 && !_isRead)
                DiscardOldest(size);
            if (!HasRoom(size))
                return (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            _count++;
            _bytes += size;
            return null;
        }
    }

    /// <summary>Makes room in place of messages that the application has never begun to read.</summary>
    private void DiscardOldest(long size)
    {
        while (!HasRoom(size) && _messages.Reader.TryRead(out ReceivedMessage? oldest))
        {
            _count--;
            _bytes -= oldest.Size;
        }
    }

    private bool HasRoom(long size)
    {
        if (_isCompleted || _count == 0)
            return true;
        return (_count < capacity && _bytes + size <= maxBytes)
            || (_awaitedAnswers + _handlers > 0 && _bytes + size + ((long)_count * Overhead) <= maxBytes);
    }

    private void Return(long size)
    {
        lock (_gate)
        {
            _count--;
            _bytes -= size;
            Signal();
        }
    }

    private void Signal()
    {
        _room?.SetResult();
        _room = null;
    }
}
