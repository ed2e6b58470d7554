using ServerLib.Protocol;
using ServerLib.Transport;

namespace ServerLib.Messaging;

/// <summary>One message on its way to many connections on all cores. Each core takes the next few recipients until none are left.</summary>
internal sealed class ParallelBroadcast : IThreadPoolWorkItem
{
    private readonly Connection?[] _recipients;
    private readonly OutgoingMessage _message;
    private readonly Connection?[] _except;
    private readonly long _lastJoin;
    private readonly int _atATime;
    private readonly CryptoConcurrencyLimiter? _limiter;
    private int _next;
    private int _atWork;
    private int _sent;
    private int _queued;
    private int _dropped;
    private int _unreadable;
    private int _tooLarge;

    private ParallelBroadcast(
        Connection?[] recipients, OutgoingMessage message, Connection?[] except, long lastJoin, int atATime, CryptoConcurrencyLimiter? limiter)
    {
        _recipients = recipients;
        _message = message;
        _except = except;
        _lastJoin = lastJoin;
        _atATime = atATime;
        _limiter = limiter;
    }

    /// <summary>Sends on all cores, and returns when all of them are done.</summary>
    /// <param name="recipients">The recipients, among them empty slots.</param>
    /// <param name="message">The message.</param>
    /// <param name="except">The connections that are left out.</param>
    /// <param name="lastJoin">Connections that joined later are left out too.</param>
    /// <param name="atATime">How many recipients a core takes at a time.</param>
    /// <param name="helpers">How many cores may help, beside this one.</param>
    /// <param name="limiter">If the message has to be encrypted, a core helps only if it gets a slot here.</param>
    public static SendReport Run(
        Connection?[] recipients,
        OutgoingMessage message,
        Connection?[] except,
        long lastJoin,
        int atATime,
        int helpers,
        CryptoConcurrencyLimiter? limiter = null) =>
        new ParallelBroadcast(recipients, message, except, lastJoin, atATime, limiter).Run(helpers);

    public void Execute()
    {
        Work();
        _limiter?.Release();
    }

    private SendReport Run(int helpers)
    {
        for (; helpers > 0; helpers--)
        {
            if (_limiter?.TryAcquire() == false)
                break;
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        Work();

        // The others are at their last few recipients, or have not started and will find none left.
        var spin = new SpinWait();
        while (Volatile.Read(ref _atWork) > 0)
            spin.SpinOnce();
        return new SendReport(_sent, _queued, _dropped) { Unreadable = _unreadable, TooLarge = _tooLarge };
    }

    private void Work()
    {
        Interlocked.Increment(ref _atWork);
        try
        {
            while (TryTake(out ReadOnlySpan<Connection?> some))
            {
                SendReport report = Broadcaster.SendHere(some, _message, _except, _lastJoin);
                Interlocked.Add(ref _sent, report.Sent);
                Interlocked.Add(ref _queued, report.Queued);
                Interlocked.Add(ref _dropped, report.Dropped);
                Interlocked.Add(ref _unreadable, report.Unreadable);
                Interlocked.Add(ref _tooLarge, report.TooLarge);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _atWork);
        }
    }

    private bool TryTake(out ReadOnlySpan<Connection?> some)
    {
        int start = Math.Min(Interlocked.Add(ref _next, _atATime) - _atATime, _recipients.Length);
        some = _recipients.AsSpan(start, Math.Min(_atATime, _recipients.Length - start));
        return !some.IsEmpty;
    }
}
