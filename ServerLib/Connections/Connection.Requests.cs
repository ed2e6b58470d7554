using System.Collections.Concurrent;
using System.Text;
using ServerLib.Protocol;
using ServerLib.Transport;

namespace ServerLib;

/// <content>What the server asks the client.</content>
public sealed partial class Connection
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(30);

    private ConcurrentDictionary<uint, TaskCompletionSource<Response>>? _asked;
    private CancellationTokenSource? _handled;
    private bool _isHandling;
    private Task _readingAhead = Task.CompletedTask;
    private int _asking;
    private uint _lastRequest;

    /// <summary>Asks a compact client something, and waits for its answer.</summary>
    /// <remarks>May be called from the connection's own handler: the answer is found although the handler has not returned.</remarks>
    /// <param name="body">The question, copied before this returns.</param>
    /// <param name="timeout">How long to wait, more than zero. Default 30 seconds, as the client's own.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="TimeoutException">No answer came in time.</exception>
    /// <exception cref="ServerLibException">
    /// The client can't be asked: it is a classic one, has gone, or owes <see cref="ServerLimits.MaxOutstandingRequests"/> answers already.
    /// </exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async ValueTask<Response> RequestAsync(
        ReadOnlyMemory<byte> body, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        ConcurrentDictionary<uint, TaskCompletionSource<Response>> asked = LazyInitializer.EnsureInitialized(ref _asked);
        if (Interlocked.Increment(ref _asking) > Options.Limits.MaxOutstandingRequests)
        {
            Interlocked.Decrement(ref _asking);
            throw ServerLibException.Because($"the client owes {Options.Limits.MaxOutstandingRequests} answers already");
        }

        uint id = Interlocked.Increment(ref _lastRequest);
        var answer = new TaskCompletionSource<Response>(TaskCreationOptions.RunContinuationsAsynchronously);
        asked[id] = answer;
        try
        {
            if (SendFrame(FrameType.Request, id, body.Span) == SendOutcome.Dropped)
                throw ServerLibException.Because("the client can't be asked: it is a classic one, or has gone");
            ReadAhead();
            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Aborted);
            return await answer.Task.WaitAsync(timeout ?? DefaultTimeout, _settings.Time, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (Reason != DisconnectReason.None && !cancellationToken.IsCancellationRequested)
        {
            throw ServerLibException.Because("the client has gone");
        }
        finally
        {
            asked.TryRemove(id, out _);
            Interlocked.Decrement(ref _asking);
        }
    }

    /// <inheritdoc cref="RequestAsync(ReadOnlyMemory{byte}, TimeSpan?, CancellationToken)"/>
    /// <param name="text">The question, sent as UTF-8.</param>
    /// <param name="timeout">How long to wait, more than zero. Default 30 seconds, as the client's own.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public ValueTask<Response> RequestAsync(string text, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        RequestAsync(Encoding.UTF8.GetBytes(text), timeout, cancellationToken);

    /// <summary>The handler works on a message and has not returned: until it does, nothing but answers is read.</summary>
    internal void BeginHandling()
    {
        lock (_link.Input)
        {
            _link.Input.Hold();
            _isHandling = true;
        }

        if (Volatile.Read(ref _asking) > 0)
            ReadAhead();
    }

    /// <summary>The handler has returned.</summary>
    internal async ValueTask EndHandlingAsync()
    {
        // What came meanwhile is read only now: nobody is silent for that.
        MarkActivity();
        CancellationTokenSource? handled;
        lock (_link.Input)
        {
            _isHandling = false;
            (handled, _handled) = (_handled, null);
        }

        if (handled is not null)
        {
            await handled.CancelAsync().ConfigureAwait(false);
            await _readingAhead.ConfigureAwait(false);
            handled.Dispose();
        }

        _link.Input.Unhold();
    }

    /// <summary>Starts to look for answers in what follows the message that the handler works on, unless that is under way.</summary>
    private void ReadAhead()
    {
        lock (_link.Input)
        {
            if (!_isHandling || !_readingAhead.IsCompleted)
                return;
            _handled ??= new CancellationTokenSource();
            _readingAhead = ReadAheadAsync(_handled.Token);
        }
    }

    private async Task ReadAheadAsync(CancellationToken handled)
    {
        // Off the caller's stack, and so out of his lock.
        await Task.Yield();
        int scanned = 0;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(handled, Aborted);
        try
        {
            while (true)
            {
                scanned = TakeAnswers(scanned);
                if (scanned < 0 || _link.Input.Unread.Length > Options.Limits.MaxFrameSize + MaxInARow)
                    return;
                if (!await _link.Transport.WaitToReadAsync(either.Token).ConfigureAwait(false) || _link.Input.Fill() is FillOutcome.Ended or FillOutcome.Lost)
                    return;
            }
        }
        catch (OperationCanceledException)
        {
            // The handler has returned, or the connection has ended; what was read stays for whoever reads next.
        }
    }

    /// <summary>
    /// Finds answers among the frames that wait. They stay where they are; when they are read again, nobody waits for them.
    /// </summary>
    /// <returns>How far was looked; -1 when what follows is no frame.</returns>
    private int TakeAnswers(int scanned)
    {
        while (true)
        {
            ReadOnlyMemory<byte> rest = _link.Input.Unread[scanned..];
            ReadStatus status = CompactFrame.TryRead(rest.Span, Options.Limits.MaxFrameSize, out int size, out FrameType type);
            if (status != ReadStatus.Complete)
                return status == ReadStatus.NeedMore ? scanned : -1;
            if (type == FrameType.Response && Protocol.TryReadMessage(rest, out _, out Message response) == ReadStatus.Complete)
                TakeAnswer(response);
            scanned += size;
        }
    }

    /// <summary>Takes the messages that are not the handler's affair: answers.</summary>
    private bool IsForConnection(Message message)
    {
        if (message.Kind != MessageKind.Response)
            return false;
        TakeAnswer(message);
        return true;
    }

    private void TakeAnswer(Message response)
    {
        if (_asked is { } asked && asked.TryGetValue(response.Id, out TaskCompletionSource<Response>? waiting))
            waiting.TrySetResult(new Response(response.Status, response.Body.ToArray()));
    }
}
