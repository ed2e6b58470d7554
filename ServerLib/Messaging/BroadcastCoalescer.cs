using System.Runtime.CompilerServices;
using ServerLib.Connections;
using ServerLib.Protocol;
using ServerLib.Transport;

namespace ServerLib.Messaging;

/// <summary>
/// The messages to one large set of compact clients. While one is on its way, or others are about to follow it, what comes is gathered:
/// a busy room costs one write a recipient for all that was said meanwhile, not one for each message.
/// </summary>
internal sealed class BroadcastCoalescer : IThreadPoolWorkItem
{
    private const int MaxBytes = 16 * 1024;

    private static readonly ConditionalWeakTable<MemberSet, BroadcastCoalescer> Trains = [];

    private readonly MemberSet _recipients;
    private readonly Lock _gate = new();
    private readonly Queue<Waiting> _waiting = [];
    private bool _isUnderWay;

    private BroadcastCoalescer(MemberSet recipients) => _recipients = recipients;

    /// <summary>The train that goes to a set.</summary>
    public static BroadcastCoalescer To(MemberSet recipients) => Trains.GetValue(recipients, static set => new BroadcastCoalescer(set));

    /// <summary>
    /// Sends a message at once, or together with those that wait; its sender is to wait for the result before it sends more.
    /// </summary>
    public ValueTask<SendReport> SendAsync(OutgoingMessage message, Connection? except)
    {
        lock (_gate)
        {
            if (_isUnderWay || _waiting.Count > 0 || EpollLoop.HasMoreToDo)
            {
                var waiting = new Waiting(message, except, UserIndex.LastJoinSequence);
                _waiting.Enqueue(waiting);
                if (!_isUnderWay && _waiting.Count == 1)
                    ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                return new ValueTask<SendReport>(waiting.Sent.Task);
            }

            _isUnderWay = true;
        }

        try
        {
            return new ValueTask<SendReport>(Broadcaster.Send(_recipients.Slots, message, new(in except), UserIndex.LastJoinSequence));
        }
        finally
        {
            lock (_gate)
            {
                _isUnderWay = false;
                if (_waiting.Count > 0)
                    ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            }
        }
    }

    /// <summary>Sends what waits, until nothing does.</summary>
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
            // Who has come since is to get what was said since, and nothing that was said before.
            int bytes = 0;
            while (_waiting.TryPeek(out Waiting? next)
                && (some.Count == 0 || (next.LastJoinSequence == some[0].LastJoinSequence && bytes + next.Message.CompactFrame.Length <= MaxBytes)))
            {
                some.Add(_waiting.Dequeue());
                bytes += next.Message.CompactFrame.Length;
            }

            return _isUnderWay = some.Count > 0;
        }
    }

    private void Send(List<Waiting> some)
    {
        try
        {
            Connection[] exceptions = [.. some.Select(waiting => waiting.Except).OfType<Connection>().Distinct()];
            using OutgoingMessage together = OutgoingMessage.Together(some.ConvertAll(waiting => waiting.Message));
            SendReport all = Broadcaster.Send(_recipients.Slots, together, exceptions, some[0].LastJoinSequence);
            foreach (Waiting waiting in some)
            {
                Connection?[] others = Array.FindAll(exceptions, other => other != waiting.Except && _recipients.Contains(other));
                waiting.Sent.SetResult(all.Plus(Broadcaster.Send(others, waiting.Message, [], waiting.LastJoinSequence)));
            }
        }
        catch (Exception e)
        {
            foreach (Waiting waiting in some)
                waiting.Sent.TrySetException(e);
        }
    }

    private sealed record Waiting(OutgoingMessage Message, Connection? Except, long LastJoinSequence)
    {
        public TaskCompletionSource<SendReport> Sent { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
