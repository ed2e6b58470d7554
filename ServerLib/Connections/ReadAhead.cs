using System.Diagnostics.CodeAnalysis;
using ServerLib.Protocol;
using ServerLib.Transport;

namespace ServerLib.Connections;

/// <summary>
/// Looks for pings, and for answers to requests, in what a client has sent after the message that a handler is working on. The frames stay
/// in the buffer. When they are read again, nobody waits for the answers among them, and the pings that were answered have become pongs.
/// </summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "StopAsync disposes it.")]
internal sealed class ReadAhead
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Connection _connection;
    private readonly int _maxFrameSize;
    private readonly Task _reading;

    public ReadAhead(Connection connection, int maxFrameSize)
    {
        _connection = connection;
        _maxFrameSize = maxFrameSize;
        _reading = ReadAsync();
    }

    public bool IsRunning => !_reading.IsCompleted;

    /// <summary>Whether so much has come that no more is read until the handler has returned.</summary>
    public static bool IsFull(ConnectionLink link, int maxFrameSize) => link.Input.Unread.Length > maxFrameSize + ConnectionLink.MaxInARow;

    /// <summary>Stops reading. What was read stays in the buffer.</summary>
    public async ValueTask StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task ReadAsync()
    {
        // Leaves the caller's lock.
        await Task.Yield();

        using var either = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, _connection.Reader.RequestsEnded);
        ConnectionLink link = _connection.Link;
        if (!link.TryBeginReading())
            return;
        int scanned = 0;
        try
        {
            while (true)
            {
                scanned = TakeFrames(link, scanned);

                // If it is full, the answers behind are found when the handler has returned.
                if (scanned >= 0 && IsFull(link, _maxFrameSize))
                    return;
                FillOutcome outcome = scanned >= 0 && await link.Transport.WaitToReadAsync(either.Token).ConfigureAwait(false) ? link.Input.Fill() : FillOutcome.Lost;
                if (outcome is FillOutcome.Ended or FillOutcome.Lost)
                {
                    DisconnectReason reason = outcome == FillOutcome.Ended ? DisconnectReason.EndOfStream : DisconnectReason.ConnectionLost;
                    if (scanned < 0 || _connection.Resumption?.TryDetach(link, reason) != true)
                        _connection.Calls.Pending?.Abort();
                    return;
                }

                if (outcome == FillOutcome.Filled)
                    _connection.Activity.MarkReceived(_connection.Settings.Time);
            }
        }
        catch (OperationCanceledException)
        {
            // The handler has returned, or the connection has ended.
        }
        finally
        {
            link.EndReading();
        }
    }

    /// <returns>How many bytes were scanned; -1 if what follows is not a frame.</returns>
    private int TakeFrames(ConnectionLink link, int scanned)
    {
        while (true)
        {
            ReadOnlyMemory<byte> rest = link.Input.Unread[scanned..];
            ReadStatus status = CompactFrame.TryRead(rest.Span, _maxFrameSize, out int size, out FrameType type);
            if (status != ReadStatus.Complete)
                return status == ReadStatus.NeedMore ? scanned : -1;
            if (type == FrameType.Response && link.Protocol!.TryReadMessage(rest, out _, out Message response) == ReadStatus.Complete)
                _connection.Calls.Pending?.Complete(response);
            else if (type == FrameType.Cancel && link.Protocol!.TryReadMessage(rest, out _, out Message cancel) == ReadStatus.Complete)
                _connection.Calls.Running?.CancelAhead(cancel.Id);
            else if (type == FrameType.Ping && size - CompactFrame.HeaderSize <= CompactFrame.MaxPingSize)
                Answer(link, scanned, rest.Span[CompactFrame.HeaderSize..size]);
            else if (type == FrameType.Ack)
                _connection.Resumption?.Frames.TryTakeAck(rest.Span[CompactFrame.HeaderSize..size]);
            scanned += size;
        }
    }

    /// <summary>Answers a PING, and makes it a PONG, which is ignored when it is read again.</summary>
    private void Answer(ConnectionLink link, int index, ReadOnlySpan<byte> payload)
    {
        _connection.Writer.SendFrame(FrameType.Pong, payload);
        link.Input.Replace(index + sizeof(uint), (byte)FrameType.Pong);
    }
}
