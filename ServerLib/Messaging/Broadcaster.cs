using System.Diagnostics;
using System.Runtime.CompilerServices;
using ServerLib.Connections;
using ServerLib.Diagnostics;
using ServerLib.Protocol;
using ServerLib.Transport;

namespace ServerLib.Messaging;

/// <summary>Sends one message to many connections, on all cores if there is much to do.</summary>
/// <param name="index">
/// Knows the order in which connections joined; <see langword="null"/> if nobody does. A connection that joins while a message is under way
/// may take a slot that is not passed yet, and must not get the message.
/// </param>
/// <param name="metrics">Gets how long broadcasts take. Default none.</param>
internal sealed class Broadcaster(UserIndex? index, ServerMetrics? metrics = null)
{
    private const int ManyRecipients = 512;
    private const int ManyEncryptions = 64;
    private const int AtATime = 64;

    private readonly ConditionalWeakTable<MemberSet, BroadcastCoalescer> _coalescers = [];

    /// <summary>The join of the connection that joined last.</summary>
    public long LastJoin => index?.LastJoin ?? long.MaxValue;

    /// <summary>Sends to the members of a set.</summary>
    public ValueTask<SendReport> SendAsync(MemberSet members, OutgoingMessage message, Connection? except) =>
        metrics is { TimesBroadcasts: true } timing ? TimeAsync(timing, members, message, except) : SendToAsync(members, message, except);

    /// <summary>Sends to connections, of which some speak the classic protocol.</summary>
    public async ValueTask<SendReport> SendAsync(Connection?[] recipients, int classicCount, OutgoingMessage message, Connection? except)
    {
        long lastJoin = LastJoin;
        CryptoConcurrencyLimiter? limiter =
            classicCount > 0 && message.IsText ? Array.Find(recipients, one => one is { IsClassic: true })?.Settings.Cryptography : null;
        if (limiter is null)
            return Send(recipients, message, new(in except), lastJoin);

        // Encrypting for each classic recipient is work for the thread pool. It must block neither an event loop nor all cores.
        await limiter.AcquireAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (!Thread.CurrentThread.IsThreadPoolThread)
                await Task.Yield();
            return classicCount >= ManyEncryptions
                ? ParallelBroadcast.Run(recipients, message, [except], lastJoin, atATime: 1, HelpersFor(classicCount), limiter)
                : SendHere(recipients, message, new(in except), lastJoin);
        }
        finally
        {
            limiter.Release();
            message.Charge();
        }
    }

    /// <summary>Sends to recipients of which none needs an encryption; on all cores if they are many.</summary>
    /// <param name="recipients">The recipients, among them empty slots.</param>
    /// <param name="message">The message.</param>
    /// <param name="except">The connections that are left out.</param>
    /// <param name="lastJoin">Connections that joined later are left out too.</param>
    public static SendReport Send(Connection?[] recipients, OutgoingMessage message, ReadOnlySpan<Connection?> except, long lastJoin) =>
        recipients.Length >= ManyRecipients
            ? ParallelBroadcast.Run(recipients, message, except.ToArray(), lastJoin, AtATime, HelpersFor(recipients.Length / AtATime))
            : SendHere(recipients, message, except, lastJoin);

    /// <summary>Sends on this thread.</summary>
    public static SendReport SendHere(
        ReadOnlySpan<Connection?> recipients, OutgoingMessage message, ReadOnlySpan<Connection?> except, long lastJoin)
    {
        int sent = 0, queued = 0, dropped = 0, unreadable = 0, tooLarge = 0;
        foreach (Connection? recipient in recipients)
        {
            if (recipient is null || recipient.IndexEntry.Sequence > lastJoin || except.Contains(recipient))
                continue;
            if (message.LimitedSize > CompactFrame.MinMaxFrame && message.LimitedSize > recipient.Writer.MaxFrame)
            {
                dropped++;
                tooLarge++;
                continue;
            }

            switch (recipient.Writer.TrySend(message))
            {
                case SendOutcome.Sent:
                    sent++;
                    break;
                case SendOutcome.Queued:
                    queued++;
                    break;
                default:
                    dropped++;
                    if (recipient.Reason == DisconnectReason.None && (recipient.IsClassic || (message.IsEvent && !recipient.SupportsCalls)))
                        unreadable++;
                    break;
            }
        }

        return new SendReport(sent, queued, dropped) { Unreadable = unreadable, TooLarge = tooLarge };
    }

    private ValueTask<SendReport> SendToAsync(MemberSet members, OutgoingMessage message, Connection? except) =>
        members.Slots.Length >= ManyRecipients && members.ClassicCount == 0
            ? CoalescerOf(members).SendAsync(message, except)
            : SendAsync(members.Slots, members.ClassicCount, message, except);

    private async ValueTask<SendReport> TimeAsync(ServerMetrics timing, MemberSet members, OutgoingMessage message, Connection? except)
    {
        long started = Stopwatch.GetTimestamp();
        SendReport report = await SendToAsync(members, message, except).ConfigureAwait(false);
        timing.Broadcast(Stopwatch.GetElapsedTime(started));
        return report;
    }

    private BroadcastCoalescer CoalescerOf(MemberSet members) =>
        _coalescers.TryGetValue(members, out BroadcastCoalescer? coalescer)
            ? coalescer
            : _coalescers.GetValue(members, set => new BroadcastCoalescer(set, this));

    private static int HelpersFor(int pieces) => Math.Min(Environment.ProcessorCount, pieces) - 1;
}
