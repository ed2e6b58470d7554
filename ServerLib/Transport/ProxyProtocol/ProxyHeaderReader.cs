using System.Net;

namespace ServerLib.Transport;

/// <summary>Reads the PROXY header of a connection, and nothing that follows it.</summary>
internal static class ProxyHeaderReader
{
    /// <summary>Reads a header of version 1 or 2.</summary>
    /// <param name="transport">The proxy's connection, which is open.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>How it went, and the client; <see langword="null"/> if the proxy does not name one.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    public static async ValueTask<(ProxyHeaderStatus Status, IPEndPoint? Client)> ReadAsync(
        TransportConnection transport, CancellationToken cancellationToken)
    {
        byte[] header = new byte[ProxyHeader.MaxLine];
        if (!await FillAsync(transport, header.AsMemory(0, ProxyHeader.StartSize), cancellationToken).ConfigureAwait(false))
            return (ProxyHeaderStatus.Ended, null);
        if (ProxyHeader.IsText(header.AsSpan(0, ProxyHeader.StartSize)))
            return await ReadTextAsync(transport, header, cancellationToken).ConfigureAwait(false);
        return ProxyHeader.IsBinary(header.AsSpan(0, ProxyHeader.StartSize))
            ? await ReadBinaryAsync(transport, header, cancellationToken).ConfigureAwait(false)
            : (ProxyHeaderStatus.Malformed, null);
    }

    /// <summary>Reads the rest of the line, byte by byte, because what follows it belongs to the client.</summary>
    private static async ValueTask<(ProxyHeaderStatus Status, IPEndPoint? Client)> ReadTextAsync(
        TransportConnection transport, byte[] header, CancellationToken cancellationToken)
    {
        for (int length = ProxyHeader.StartSize; length < header.Length;)
        {
            if (!await FillAsync(transport, header.AsMemory(length, 1), cancellationToken).ConfigureAwait(false))
                return (ProxyHeaderStatus.Ended, null);
            if (header[length++] == '\n')
                return ToResult(ProxyHeader.TryReadText(header.AsSpan(0, length), out IPEndPoint? client), client);
        }

        return (ProxyHeaderStatus.Malformed, null);
    }

    private static async ValueTask<(ProxyHeaderStatus Status, IPEndPoint? Client)> ReadBinaryAsync(
        TransportConnection transport, byte[] header, CancellationToken cancellationToken)
    {
        const int Start = ProxyHeader.StartSize;
        if (!await FillAsync(transport, header.AsMemory(Start, ProxyHeader.FixedSize - Start), cancellationToken).ConfigureAwait(false))
            return (ProxyHeaderStatus.Ended, null);
        if (ProxyHeader.VariableSizeOf(header) is not { } size)
            return (ProxyHeaderStatus.Malformed, null);
        byte[] variable = new byte[size];
        if (!await FillAsync(transport, variable, cancellationToken).ConfigureAwait(false))
            return (ProxyHeaderStatus.Ended, null);
        return ToResult(ProxyHeader.TryReadBinary(header.AsSpan(0, ProxyHeader.FixedSize), variable, out IPEndPoint? client), client);
    }

    private static (ProxyHeaderStatus Status, IPEndPoint? Client) ToResult(bool isValid, IPEndPoint? client) =>
        (isValid ? ProxyHeaderStatus.Read : ProxyHeaderStatus.Malformed, client);

    /// <returns><see langword="false"/> if the connection has ended before the buffer was full.</returns>
    private static async ValueTask<bool> FillAsync(TransportConnection transport, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (buffer.Length > 0)
        {
            if (transport.TryRead(buffer.Span, out int count))
            {
                if (count <= 0)
                    return false;
                buffer = buffer[count..];
            }
            else if (!await transport.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                return false;
            }
        }

        return true;
    }
}
