using ServerLib.Protocol;

namespace ServerLib.Tests.Protocol;

/// <summary>Collects the frames that are written to it.</summary>
internal sealed class Frames : IFrameSink
{
    public List<byte[]> All { get; } = [];

    public SendOutcome Write(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        All.Add([.. head, .. body]);
        return SendOutcome.Sent;
    }
}
