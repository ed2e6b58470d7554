using System.Buffers;
using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <summary>Counts what a session has received, and acknowledges it after 64 KiB or a second.</summary>
/// <param name="link">The connection on which to acknowledge.</param>
/// <param name="time">The clock.</param>
internal sealed class ReceivedFrames(SessionLink link, TimeProvider time) : IDisposable
{
    private const int AckAfterBytes = 64 * 1024;
    private static readonly TimeSpan AckAfter = TimeSpan.FromSeconds(1);

    private ITimer? _timer;
    private long _count;
    private long _acknowledged;
    private int _unacknowledgedBytes;

    /// <summary>The number of frames.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>Sends the first ACK, which tells the server that the client has the session.</summary>
    public async ValueTask BeginAsync()
    {
        _timer = time.CreateTimer(
            static frames => _ = ((ReceivedFrames)frames!).TryAcknowledgeAsync(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        await SendAckAsync().ConfigureAwait(false);
    }

    /// <summary>Counts a frame that is handed on.</summary>
    public void Add(int size)
    {
        long count = Interlocked.Increment(ref _count);
        _unacknowledgedBytes += size;
        if (_unacknowledgedBytes >= AckAfterBytes)
        {
            _unacknowledgedBytes = 0;
            _ = TryAcknowledgeAsync();
        }
        else if (count == Interlocked.Read(ref _acknowledged) + 1)
        {
            _timer!.Change(AckAfter, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Acknowledges what was received since the last ACK.</summary>
    public async Task TryAcknowledgeAsync()
    {
        try
        {
            if (link.CanResume && Count != Interlocked.Read(ref _acknowledged))
                await SendAckAsync().ConfigureAwait(false);
        }
        catch (ServerClientException)
        {
            // The receiving side reports that the connection has ended.
        }
    }

    public void Dispose() => _timer?.Dispose();

    private async ValueTask SendAckAsync()
    {
        byte[] frame = ArrayPool<byte>.Shared.Rent(CompactFrame.AckSize);
        long count = Count;
        Interlocked.Exchange(ref _acknowledged, count);
        CompactFrame.WriteAck(frame, count);
        await link.WriteAsync(frame, CompactFrame.AckSize, CancellationToken.None).ConfigureAwait(false);
    }
}
