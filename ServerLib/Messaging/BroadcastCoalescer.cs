using ServerLib.Connections;
using ServerLib.Protocol;
using ServerLib.Transport;

namespace ServerLib.Messaging;

/// <summary>
/// Sends messages to one large set of compact clients. Messages that come while another one is being sent are gathered, so that a busy room
/// costs one write per recipient for all of them.
/// </summary>
/// <param name="members">The recipients.</param>
/// <param name="broadcaster">Sends.</param>
internal sealed class BroadcastCoalescer(MemberSet members, Broadcaster broadcaster) : IThreadPoolWorkItem
{
    private const int MaxBytes = 16 * 1024;

    private readonly Lock _gate = new();
    private readonly Queue<Waiting> _waiting = [];
    private bool _isSending;

    /// <summary>Sends a message at once, or together with others. To keep its messages in order, a sender awaits the result.</summary>
    public ValueTask<SendReport> SendAsync(OutgoingMessage message, Connection? except)
    {
        lock (_gate)
        {
            // What else this thread is about to handle may bring more messages.
            if (_isSending || _waiting.Count > 0 || EpollLoop.HasMoreToDo)
            {
                var waiting = new Waiting(message, except, broadcaster.LastJoin);
                _waiting.Enqueue(waiting);
                if (!_isSending && _waiting.Count == 1)
                    ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                return new ValueTask<SendReport>(waiting.Sent.Task);
            }

            _isSending = true;
        }

        try
        {
            return new ValueTask<SendReport>(Broadcaster.Send(members.Slots, message, new(in except), broadcaster.LastJoin));
        }
        finally
        {
            lock (_gate)
            {
                _isSending = false;
                if (_waiting.Count > 0)
                    ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            }
        }
    }

    /// <summary>Sends the messages that wait, until none does.</summary>
    public void Execute()
    {
        while (TryTake(out List<Waiting> some))
            Send(some);
    }

    private bool TryTake(out List<Waiting> some)
    {
        some = [];
        lock (_gate)
        {
            int bytes = 0;
            while (_waiting.TryPeek(out Waiting? next) && (some.Count == 0 || (next.GoesWith(some[0]) && bytes + next.Size <= MaxBytes)))
            {
                some.Add(_waiting.Dequeue());
                bytes += next.Size;
            }

            return _isSending = some.Count > 0;
        }
    }

    private void Send(List<Waiting> some)
    {
        try
        {
            if (some is [{ } only])
            {
                only.Sent.SetResult(Broadcaster.Send(members.Slots, only.Message, [only.Except], only.LastJoin));
                return;
            }

            Connection[] exceptions = [.. some.Select(waiting => waiting.Except).OfType<Connection>().Distinct()];
            using OutgoingMessage together = OutgoingMessage.Together(some.ConvertAll(waiting => waiting.Message));
            SendReport all = Broadcaster.Send(members.Slots, together, exceptions, some[0].LastJoin);
            foreach (Waiting waiting in some)
            {
                Connection?[] others = Array.FindAll(exceptions, other => other != waiting.Except && members.Contains(other));
                waiting.Sent.SetResult(all.Plus(Broadcaster.Send(others, waiting.Message, [], waiting.LastJoin)));
            }
        }
        catch (Exception e)
        {
            foreach (Waiting waiting in some)
                waiting.Sent.TrySetException(e);
        }
    }

    private sealed record Waiting(OutgoingMessage Message, Connection? Except, long LastJoin)
    {
        public int Size => Message.CompactFrame.Length;

        public TaskCompletionSource<SendReport> Sent { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>
        /// Whether the two can share a write. Not if only one is an event, which not every client understands; nor if a connection that joined between them gets only the later one, or if not every client
        /// accepts frames of their size.
        /// </summary>
        public bool GoesWith(Waiting other) => LastJoin == other.LastJoin && IsSmall && other.IsSmall && Message.IsEvent == other.Message.IsEvent;

        private bool IsSmall => Message.LimitedSize <= CompactFrame.MinMaxFrame;
    }
}
