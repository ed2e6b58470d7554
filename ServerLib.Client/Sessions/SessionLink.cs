using System.Buffers;
using System.Runtime.CompilerServices;
using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <summary>
/// The connection of a session that uses the compact protocol. If the server keeps the session, a lost connection is replaced: what the
/// server has not acknowledged is sent again, and nothing is received twice.
/// </summary>
/// <param name="stream">The first connection.</param>
/// <param name="options">The server, and the waits between attempts.</param>
/// <param name="end">When the session ends.</param>
internal sealed class SessionLink(ClientStream stream, ServerClientOptions options, SessionEnd end) : IDisposable
{
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly RetainedFrames _retained = new();
    private volatile ClientStream _stream = stream;
    private ResumeTicket? _resume;
    private ReceivedFrames? _received;
    private TaskCompletionSource? _acknowledged;
    private bool _isDetached;
    private volatile bool _isGivenUp;

    /// <summary>The current connection, or the lost one.</summary>
    public ClientStream Stream => _stream;

    /// <summary>Called when the connection is lost, before each attempt to replace it, with the reason and the wait.</summary>
    public Action<ServerClientException, TimeSpan>? Lost { get; set; }

    /// <summary>Called when the session continues.</summary>
    public Action? Resumed { get; set; }

    /// <summary>Whether a lost connection is replaced.</summary>
    public bool CanResume => _resume is not null && !_isGivenUp && !end.Token.IsCancellationRequested;

    /// <summary>The client is logged in: from now on both sides count frames.</summary>
    /// <param name="resume">What the client resumes the session with; <see langword="null"/> if the server does not keep it.</param>
    public async ValueTask BeginAsync(ResumeTicket? resume)
    {
        _resume = resume;
        if (resume is null)
            return;
        _received = new ReceivedFrames(this, options.TimeProvider);
        await _received.BeginAsync().ConfigureAwait(false);
    }

    /// <summary>Writes a whole frame. If the connection is lost, it is kept until there is another one.</summary>
    /// <inheritdoc cref="ClientStream.WriteAsync"/>
    public async ValueTask WriteAsync(byte[] rented, int size, CancellationToken cancellationToken, Action? onWriting = null)
    {
        if (_resume is null)
        {
            await _stream.WriteAsync(rented, size, cancellationToken, onWriting).ConfigureAwait(false);
            return;
        }

        try
        {
            await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
            throw;
        }

        await WriteNowAsync(rented, size, onWriting).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Receives more bytes, also on the connection that replaces a lost one.</summary>
    /// <returns><see langword="false"/> if the server has closed the connection.</returns>
    /// <exception cref="ServerClientException">The connection is lost.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> FillAsync()
    {
        while (true)
        {
            ServerClientException loss;
            try
            {
                if (await _stream.FillAsync().ConfigureAwait(false))
                    return true;
                if (!CanResume)
                    return false;
                loss = new ServerClientException("The server closed the connection.") { Code = ClientCode.Lost };
            }
            catch (ServerClientException e) when (e.Code == ClientCode.Lost && CanResume)
            {
                loss = e;
            }

            await ResumeAsync(loss).ConfigureAwait(false);
            if (!_stream.Unread.IsEmpty)
                return true;
        }
    }

    /// <summary>Counts a frame that is handed on.</summary>
    public void CountReceived(FrameType type, int size)
    {
        if (CompactFrame.IsCounted(type))
            _received?.Add(size);
    }

    /// <summary>Takes an ACK.</summary>
    /// <exception cref="ServerClientException">It acknowledges what was not sent.</exception>
    public async ValueTask TakeAckAsync(ReadOnlyMemory<byte> payload)
    {
        if (!CompactFrame.TryReadAck(payload.Span, out long count))
            throw ClientErrors.Malformed("ACK without a number");
        await _writing.WaitAsync().ConfigureAwait(false);
        try
        {
            if (!_isGivenUp && !_retained.TryAcknowledge(count))
                throw ClientErrors.Malformed("ACK of what was not sent");
            if (_retained.Size == 0)
                _acknowledged?.TrySetResult();
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Waits until the server has acknowledged everything.</summary>
    /// <exception cref="ServerClientException">There is no connection at the moment.</exception>
    public async Task WaitUntilAcknowledgedAsync(CancellationToken cancellationToken)
    {
        if (!CanResume)
            return;
        var acknowledged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        _acknowledged = acknowledged;
        bool isAcknowledged = _retained.Size == 0;
        bool isDetached = _isDetached;
        _writing.Release();
        if (isDetached)
            throw new ServerClientException("The connection is lost.") { Code = ClientCode.Lost };
        if (!isAcknowledged)
            await acknowledged.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>From now on, a lost connection is not replaced.</summary>
    public void GiveUp() => _isGivenUp = true;

    /// <summary>Acknowledges what was received since the last ACK.</summary>
    public Task TryAcknowledgeAsync() => _received?.TryAcknowledgeAsync() ?? Task.CompletedTask;

    public void Dispose()
    {
        _received?.Dispose();
        _stream.Dispose();
    }

    private async Task WriteNowAsync(byte[] rented, int size, Action? onWriting)
    {
        byte[]? frame = rented;
        try
        {
            onWriting?.Invoke();
            if (CompactFrame.IsCounted((FrameType)rented[sizeof(uint)]))
                Retain(rented.AsSpan(0, size));
            if (_isDetached)
                return;
            frame = null;
            try
            {
                await _stream.WriteAsync(rented, size, CancellationToken.None).ConfigureAwait(false);
            }
            catch (ServerClientException) when (CanResume)
            {
                // The receiving side replaces the connection. What counts is sent again.
            }
        }
        finally
        {
            if (frame is not null)
                ArrayPool<byte>.Shared.Return(frame, clearArray: true);
            _writing.Release();
        }
    }

    private void Retain(ReadOnlySpan<byte> frame)
    {
        if (_isGivenUp)
            return;
        _retained.Add(frame, default);
        if (_retained.Size <= options.MaxWaitingBytes)
            return;
        _isGivenUp = true;
        _retained.Clear();
    }

    /// <summary>Connects again until the server continues the session, or its time is over.</summary>
    /// <exception cref="ServerClientException">The session has ended. The exception is that of the loss.</exception>
    private async Task ResumeAsync(ServerClientException loss)
    {
        // Ends a write that is in progress.
        _stream.Dispose();
        await _writing.WaitAsync().ConfigureAwait(false);
        _isDetached = true;
        _writing.Release();
        long start = options.TimeProvider.GetTimestamp();
        var backoff = new Backoff(options);
        ServerClientException reason = loss;
        while (CanResume && options.TimeProvider.GetElapsedTime(start) < _resume!.Window)
        {
            TimeSpan wait = backoff.Next(reason.RetryAfter);
            Lost?.Invoke(reason, wait);
            try
            {
                await Task.Delay(wait, options.TimeProvider, end.Token).ConfigureAwait(false);
                (ClientStream Stream, long Received)? next =
                    await SessionResumer.TryResumeAsync(_resume, _received!.Count, options, end.Token).ConfigureAwait(false);
                if (next is not { } found)
                    break;
                await AttachAsync(found.Stream, found.Received).ConfigureAwait(false);
                Resumed?.Invoke();
                return;
            }
            catch (ServerClientException e) when (!e.IsFinal)
            {
                reason = e;
            }
            catch (OperationCanceledException) when (end.Token.IsCancellationRequested)
            {
                break;
            }
        }

        _isGivenUp = true;
        throw loss;
    }

    private async Task AttachAsync(ClientStream next, long received)
    {
        await _writing.WaitAsync().ConfigureAwait(false);
        try
        {
            if (!_retained.TryAcknowledge(received))
            {
                next.Dispose();
                throw ClientErrors.Malformed("RESUMED with a number of frames that were not sent");
            }

            if (_retained.Size == 0)
                _acknowledged?.TrySetResult();
            _stream = next;
            if (end.Token.IsCancellationRequested)
                next.Dispose();
            _isDetached = false;
            int size = _retained.Size;
            byte[] again = ArrayPool<byte>.Shared.Rent(Math.Max(size, 1));
            _retained.Unacknowledged.CopyTo(again);
            await next.WriteAsync(again, size, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }
}
