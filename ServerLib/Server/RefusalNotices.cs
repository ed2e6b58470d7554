using ServerLib.Protocol;
using ServerLib.Transport;

namespace ServerLib.Server;

/// <summary>
/// Closes refused connections. A client that speaks the compact protocol without TLS is told when to try again, if that helps. So that a
/// flood still costs little, this is for a few connections at once and for a short time; all others are closed unread.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="shutdownDeadline">Closes the connections that are being sent a notice.</param>
internal sealed class RefusalNotices(TimeProvider time, CancellationToken shutdownDeadline = default)
{
    /// <summary>The largest number of connections that are sent a notice at the same time.</summary>
    public const int AtOnce = 64;

    /// <summary>How long one of them may take.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(1);

    private int _count;

    /// <summary>Closes a connection, which is not open yet.</summary>
    public Task RefuseAsync(TransportConnection transport, DisconnectReason reason)
    {
        if (CloseCode.RetryAfter(reason) is not { } wait)
            return transport.DisposeAsync().AsTask();
        if (Interlocked.Increment(ref _count) <= AtOnce)
            return SendNoticeAsync(transport, reason, wait);
        Interlocked.Decrement(ref _count);
        return transport.DisposeAsync().AsTask();
    }

    private async Task SendNoticeAsync(TransportConnection transport, DisconnectReason reason, TimeSpan wait)
    {
        using var timeout = new CancellationTokenSource(TimeLimit, time);
        using CancellationTokenRegistration registration =
            shutdownDeadline.UnsafeRegister(static timeout => ((CancellationTokenSource)timeout!).Cancel(), timeout);
        try
        {
            if (!transport.TryOpen() || !await HasPrefaceAsync(transport, timeout.Token).ConfigureAwait(false))
                return;
            var close = new CompactControl.Close(CloseCode.Of(reason), CloseCode.TextOf(reason), (long)wait.TotalMilliseconds);
            transport.TryWrite(CompactFrameWriter.EncodeControl(FrameType.Close, close, CompactJson.Default.Close));
            transport.CompleteWriting();

            // A socket that is closed with unread bytes resets the connection, and the client loses what was sent.
            byte[] nowhere = new byte[512];
            while (await ReadAsync(transport, nowhere, timeout.Token).ConfigureAwait(false) > 0)
            {
                // Until the client closes its side.
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client is too slow, or there is no room to watch it.
        }
        finally
        {
            Interlocked.Decrement(ref _count);
            await transport.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async ValueTask<bool> HasPrefaceAsync(TransportConnection transport, CancellationToken cancellationToken)
    {
        byte[] start = new byte[CompactFrame.Preface.Length];
        for (int have = 0; have < start.Length;)
        {
            int count = await ReadAsync(transport, start.AsMemory(have), cancellationToken).ConfigureAwait(false);
            have += count;
            if (count <= 0 || !CompactFrame.Preface.StartsWith(start.AsSpan(0, have)))
                return false;
        }

        return true;
    }

    private static async ValueTask<int> ReadAsync(TransportConnection transport, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (await transport.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (transport.TryRead(buffer.Span, out int count))
                return count;
        }

        return -1;
    }
}
