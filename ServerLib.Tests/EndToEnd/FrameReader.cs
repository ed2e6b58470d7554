using System.Net.Sockets;
using ServerLib.Protocol;

namespace ServerLib.Tests.EndToEnd;

/// <summary>How a client takes a header or a content off its socket.</summary>
internal enum ReadingStyle
{
    /// <summary>As many receives as it takes.</summary>
    Patient,

    /// <summary>One receive each, as existing clients do: what arrives in pieces is an error.</summary>
    OneReceive,
}

/// <summary>Takes frames off a socket and is strict about their shape.</summary>
internal sealed class FrameReader(Socket socket, ReadingStyle style)
{
    /// <summary>The next plain frame's content; <see langword="null"/> when the server has closed between two frames.</summary>
    public Task<byte[]?> ReadPlainAsync(CancellationToken token) => ReadAsync(ClassicWire.ReadPlainHeader, token);

    /// <summary>The next encrypted frame's content, still base64.</summary>
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
            return await socket.ReceiveAsync(buffer, token);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            // A server that closes while bytes of ours are unread resets: to a client that is closed too.
            return 0;
        }
    }
}
