using System.Buffers;
using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <summary>Keeps one frame in an array from the shared pool.</summary>
internal sealed class FrameBuffer : IFrameSink
{
    public byte[] Rented { get; private set; } = [];

    public int Size { get; private set; }

    public SendOutcome Write(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        Size = head.Length + body.Length;
        Rented = ArrayPool<byte>.Shared.Rent(Size);
        head.CopyTo(Rented);
        body.CopyTo(Rented.AsSpan(head.Length));
        return SendOutcome.Sent;
    }
}
