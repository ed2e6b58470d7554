using System.Buffers.Binary;
using System.Text.Json.Serialization.Metadata;
using ServerLib.Protocol;

namespace ServerLib.Administration.Sockets;

/// <summary>Reads and writes the compact protocol's frames on the admin socket. Both sides trust each other.</summary>
internal sealed class AdminFrames(Stream stream)
{
    /// <summary>The largest frame, in bytes: the protocol's maximum.</summary>
    public const int MaxFrame = 16 * 1024 * 1024;

    public async Task WritePrefaceAsync(CancellationToken cancellationToken) =>
        await stream.WriteAsync(CompactFrame.Preface.ToArray(), cancellationToken).ConfigureAwait(false);

    /// <returns>Whether the other side has sent the preface.</returns>
    public async Task<bool> ReadPrefaceAsync(CancellationToken cancellationToken)
    {
        byte[] preface = new byte[CompactFrame.Preface.Length];
        int read = await stream.ReadAtLeastAsync(preface, preface.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return preface.AsSpan(0, read).SequenceEqual(CompactFrame.Preface);
    }

    public async Task WriteAsync(FrameType type, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        byte[] frame = new byte[CompactFrame.HeaderSize + payload.Length];
        CompactFrame.WriteHeader(frame, type, payload.Length);
        payload.CopyTo(frame.AsMemory(CompactFrame.HeaderSize));
        await stream.WriteAsync(frame, cancellationToken).ConfigureAwait(false);
    }

    public Task WriteAsync<T>(FrameType type, T payload, JsonTypeInfo<T> json, CancellationToken cancellationToken) =>
        WriteAsync(type, CompactControl.Serialize(payload, json), cancellationToken);

    /// <returns>The frame; <see langword="null"/> if the other side has closed the connection or sent no frame.</returns>
    public async Task<(FrameType Type, byte[] Payload)?> ReadAsync(CancellationToken cancellationToken)
    {
        byte[] header = new byte[CompactFrame.HeaderSize];
        if (await stream.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) < header.Length)
            return null;
        uint length = BinaryPrimitives.ReadUInt32BigEndian(header);
        if (length is 0 or > MaxFrame)
            return null;
        byte[] payload = new byte[length - 1];
        int read = await stream.ReadAtLeastAsync(payload, payload.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return read == payload.Length ? ((FrameType)header[^1], payload) : null;
    }
}
