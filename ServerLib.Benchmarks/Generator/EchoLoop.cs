namespace ServerLib.Benchmarks.Generator;

/// <summary>Keeps a fixed number of messages in flight on each link: for each one that comes back, it sends the next.</summary>
internal sealed class EchoLoop(LinkSet links, int depth) : LinkLoop(links)
{
    private long _onTheirWay;

    public override void OnReply(Link link, int sender, ulong sequence)
    {
        if (sender != link.Index || sequence != link.Expected)
            throw new IOException($"Message {link.Expected} of link {link.Index} should have come; {sequence} of {sender} did.");
        link.Expected++;
        _onTheirWay--;
        if (!link.IsSleeper)
            Note(link.SentAt[sequence % (ulong)link.SentAt.Length]);
        if (!IsStopping)
            Send(link, Sending);
    }

    protected override void Begin(long now)
    {
        foreach (Link link in Links)
        {
            for (int i = 0; i < (link.IsSleeper ? 1 : depth); i++)
                Send(link, now);
            Flush(link);
        }
    }

    protected override bool IsWaiting() => _onTheirWay > 0;

    private void Send(Link link, long now)
    {
        link.Enqueue(now);
        _onTheirWay++;
    }
}
