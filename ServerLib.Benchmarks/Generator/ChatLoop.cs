using System.Diagnostics;

namespace ServerLib.Benchmarks.Generator;

/// <summary>
/// A chat: a thousand messages a second, one link after the other, whether or not earlier messages have come back.
/// </summary>
internal sealed class ChatLoop(LinkSet links) : LinkLoop(links)
{
    private static readonly long Interval = Stopwatch.Frequency / 1000;

    private long _due;
    private int _nextLink;
    private long _onTheirWay;

    protected override int PatienceMs => 1;

    public override void OnReply(Link link, int sender, ulong sequence)
    {
        if (sender != link.Index || sequence != link.Expected)
            throw new IOException($"Message {link.Expected} of link {link.Index} should have come; {sequence} of {sender} did.");
        link.Expected++;
        _onTheirWay--;
        Note(link.SentAt[sequence % (ulong)link.SentAt.Length]);
    }

    protected override void Begin(long now) => _due = now;

    protected override void Go(long now)
    {
        for (; !IsStopping && now >= _due; _due += Interval)
        {
            Link link = Links[_nextLink++ % Links.Count];
            if (link.Sent - link.Expected == (ulong)link.SentAt.Length)
                throw new IOException($"Link {link.Index} has got nothing back for {link.SentAt.Length} messages.");

            // Timed from when it should have been sent, so that a delay in sending counts.
            link.Enqueue(_due);
            _onTheirWay++;
            Flush(link);
        }
    }

    protected override bool IsWaiting() => _onTheirWay > 0;
}
