using System.Net.Sockets;
using ServerLib.Protocol;

namespace ServerLib.Tests.EndToEnd;

/// <summary>How a client receives a header or a content.</summary>
internal enum ReadingStyle
{
    /// <summary>With as many receives as necessary.</summary>
    Patient,

    /// <summary>With one receive each, like existing clients. Data that arrives in pieces is an error.</summary>
    OneReceive,
}

/// <summary>Reads frames from a stream and checks their format strictly.</summary>
internal sealed class FrameReader(Stream stream, ReadingStyle style)
{
    /// <summary>The content of the next plain frame; <see langword="null"/> if the server has closed the connection between two frames.</summary>
    public Task<byte[]?> ReadPlainAsync(CancellationToken token) => ReadAsync(ClassicWire.ReadPlainHeader, token);

    /// <summary>The content of the next encrypted frame, in base64.</summary>
    public Task<byte[]?> ReadEncryptedAsync(CancellationToken token) => ReadAsync(ClassicWire.ReadEncryptedHeader, token);

    private async Task<byte[]?> ReadAsync(Func<byte[], int> readLength, CancellationToken token)
    {
        byte[]? header = await TakeAsync(ClassicWire.HeaderSize, token);
        return header is null
            ? null
            : await TakeAsync(readLength(header), token) ?? throw new InvalidDataException("Closed between a header and its content.");
    }

    private async Task<byte[]?> TakeAsync(int count, CancellationToken token)
    {
        byte[] bytes = new byte[count];
        int taken = 0;
        while (taken < count)
        {
            int received = await ReceiveAsync(bytes.AsMemory(taken), token);
            if (received == 0)
                return taken == 0 ? null : throw new InvalidDataException($"Closed after {taken} of {count} bytes.");
            taken += received;
            if (style == ReadingStyle.OneReceive && taken < count)
                throw new InvalidDataException($"One receive gave {taken} of {count} bytes.");
        }

        return bytes;
    }

    private async Task<int> ReceiveAsync(Memory<byte> buffer, CancellationToken token)
    {
        try
        {
            return await stream.ReadAsync(buffer, token);
        }
        catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            // A server that closes with unread data resets the connection. For a client that is a close, too.
            return 0;
        }
    }
}
