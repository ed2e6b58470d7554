using ServerLib.Protocol;

namespace ServerLib.Benchmarks.Micro;

/// <summary>Counts frames and, by default, keeps none.</summary>
internal sealed class CountingSink : IFrameSink
{
    public bool Keeps { get; init; }

    public long Bytes { get; private set; }

    public byte[] Last { get; private set; } = [];

    public SendOutcome Write(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        Bytes += head.Length + body.Length;
        if (Keeps)
            Last = [.. head, .. body];
        return SendOutcome.Sent;
    }
}
