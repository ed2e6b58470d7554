using ServerLib.Connections;
using ServerLib.Protocol;
using ServerLib.Transport;

namespace ServerLib.Messaging;

/// <summary>
/// One message on its way to many connections. Where there is much to do, all cores take part: each takes the next few recipients
/// until none are left.
/// </summary>
internal sealed class Broadcaster : IThreadPoolWorkItem
{
    private const int ManyRecipients = 512;
    private const int ManyEncryptions = 64;
    private const int AtATime = 64;

    private readonly Connection?[] _recipients;
    private readonly OutgoingMessage _message;
    private readonly Connection?[] _except;
    private readonly long _lastJoinSequence;
    private readonly int _atATime;
    private CryptoConcurrencyLimiter? _limiter;
    private int _next;
    private int _atWork;
    private int _sent;
    private int _queued;
    private int _dropped;
    private int _unreadable;

    private Broadcaster(Connection?[] recipients, OutgoingMessage message, Connection?[] except, long lastJoinSequence, int atATime)
    {
        _recipients = recipients;
        _message = message;
        _except = except;
        _lastJoinSequence = lastJoinSequence;
        _atATime = atATime;
    }

    /// <summary>Sends to the members of a set.</summary>
    public static ValueTask<SendReport> SendAsync(MemberSet recipients, OutgoingMessage message, Connection? except) =>
        recipients.Slots.Length >= ManyRecipients && recipients.ClassicCount == 0
            ? BroadcastCoalescer.To(recipients).SendAsync(message, except)
            : SendAsync(recipients.Slots, recipients.ClassicCount, message, except);

    /// <summary>Sends to connections, of which some speak the classic protocol.</summary>
    public static async ValueTask<SendReport> SendAsync(
        Connection?[] recipients, int classicCount, OutgoingMessage message, Connection? except)
    {
        // Who comes while this is under way takes a slot that may not have been passed yet.
        long lastJoinSequence = UserIndex.LastJoinSequence;
        CryptoConcurrencyLimiter? limiter =
            classicCount > 0 && message.IsText ? Array.Find(recipients, one => one is { IsClassic: true })?.Settings.Cryptography : null;
        if (limiter is null)
            return Send(recipients, message, new(in except), lastJoinSequence);

        // An encryption for each classic recipient is work for the pool, not for an event loop on which others wait, and not for all cores.
        await limiter.AcquireAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (!Thread.CurrentThread.IsThreadPoolThread)
                await Task.Yield();
            return classicCount >= ManyEncryptions
                ? new Broadcaster(recipients, message, [except], lastJoinSequence, atATime: 1).SendOnAllCores(classicCount, limiter)
                : SendHere(recipients, message, new(in except), lastJoinSequence);
        }
        finally
        {
            limiter.Release();
            message.Charge();
        }
    }

    /// <summary>Sends to those who are no classic clients, or can't be given the message; on all cores where they are many.</summary>
    /// <param name="recipients">The recipients, and empty slots.</param>
    /// <param name="message">The message.</param>
    /// <param name="except">Who is left out.</param>
    /// <param name="lastJoinSequence">Whoever was added to the ledger later is left out too.</param>
    public static SendReport Send(Connection?[] recipients, OutgoingMessage message, ReadOnlySpan<Connection?> except, long lastJoinSequence) =>
        recipients.Length >= ManyRecipients
            ? new Broadcaster(recipients, message, except.ToArray(), lastJoinSequence, AtATime).SendOnAllCores(recipients.Length / AtATime)
            : SendHere(recipients, message, except, lastJoinSequence);

    private static SendReport SendHere(
        ReadOnlySpan<Connection?> recipients, OutgoingMessage message, ReadOnlySpan<Connection?> except, long lastJoinSequence)
    {
        int sent = 0, queued = 0, dropped = 0, unreadable = 0;
        foreach (Connection? recipient in recipients)
        {
            if (recipient is null || recipient.JoinSequence > lastJoinSequence || except.Contains(recipient))
                continue;
            switch (recipient.TrySend(message))
            {
                case SendOutcome.Sent:
                    sent++;
                    break;
                case SendOutcome.Queued:
                    queued++;
                    break;
                default:
                    dropped++;
                    if (recipient is { IsClassic: true, Reason: DisconnectReason.None })
                        unreadable++;
                    break;
            }
        }

        return new SendReport(sent, queued, dropped) { Unreadable = unreadable };
    }

    /// <summary>Another core takes part.</summary>
    public void Execute()
    {
        Work();
        _limiter?.Release();
    }

    /// <summary>Sends on all cores; what has to be encrypted, on those that are free for members' cryptography.</summary>
    private SendReport SendOnAllCores(int pieces, CryptoConcurrencyLimiter? limiter = null)
    {
        _limiter = limiter;
        for (int helpers = Math.Min(Environment.ProcessorCount, pieces) - 1; helpers > 0; helpers--)
        {
            if (limiter?.TryAcquire() == false)
                break;
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        Work();

        // Each of the others is within its last few recipients, or will find none left.
        var spin = new SpinWait();
        while (Volatile.Read(ref _atWork) > 0)
            spin.SpinOnce();
        return new SendReport(_sent, _queued, _dropped) { Unreadable = _unreadable };
    }

    private void Work()
    {
        Interlocked.Increment(ref _atWork);
        try
        {
            while (TryTake(out ReadOnlySpan<Connection?> some))
            {
                SendReport report = SendHere(some, _message, _except, _lastJoinSequence);
                Interlocked.Add(ref _sent, report.Sent);
                Interlocked.Add(ref _queued, report.Queued);
                Interlocked.Add(ref _dropped, report.Dropped);
                Interlocked.Add(ref _unreadable, report.Unreadable);
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
