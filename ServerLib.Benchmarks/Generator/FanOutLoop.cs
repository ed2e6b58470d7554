using System.Diagnostics;

namespace ServerLib.Benchmarks.Generator;

/// <summary>
/// The first links send: each sends its next message when the previous one has reached everyone. Each delivery is counted, and timed
/// from the moment of sending.
/// </summary>
internal sealed class FanOutLoop(LinkSet links, int senders) : LinkLoop(links)
{
    private readonly ulong[] _expected = new ulong[links.Count * senders];
    private readonly int[] _deliveries = new int[senders];
    private int _onTheirWay;

    public override void OnReply(Link link, int sender, ulong sequence)
    {
        if ((uint)sender >= (uint)senders)
            throw new IOException($"Link {sender} has sent nothing, but link {link.Index} has got something from it.");
        ref ulong expected = ref _expected[link.Index * senders + sender];
        Link from = Links[sender];
        if (sequence != expected)
            throw new IOException($"Message {expected} of link {sender} should have come to {link.Index}; {sequence} did.");
        expected++;
        Note(from.SentAt[0]);
        if (++_deliveries[sender] < Links.Count)
            return;
        _deliveries[sender] = 0;
        _onTheirWay--;
        if (!IsStopping)
            Send(from);
    }

    protected override void Begin(long now)
    {
        // Links may have sent in an earlier round.
        for (int i = 0; i < senders; i++)
        {
            for (int link = 0; link < Links.Count; link++)
                _expected[link * senders + i] = Links[i].Sent;
        }

        for (int i = 0; i < senders; i++)
            Send(Links[i]);
    }

    protected override bool IsWaiting() => _onTheirWay > 0;

    private void Send(Link link)
    {
        link.Enqueue(Stopwatch.GetTimestamp());
        _onTheirWay++;
        Flush(link);
    }
}
