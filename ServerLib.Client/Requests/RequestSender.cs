using System.Globalization;
using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <summary>Sends requests and waits for their answers, up to <see cref="ServerClientOptions.MaxOutstandingRequests"/> at once.</summary>
/// <param name="sessions">The sessions to send with.</param>
/// <param name="client">Its queue of messages lets answers pass while the application waits for them.</param>
/// <param name="slots">Limits the number of requests.</param>
/// <param name="options">The default timeout, and the clock.</param>
internal sealed class RequestSender(SessionLoop sessions, ClientState client, SemaphoreSlim slots, ServerClientOptions options)
{
    private readonly RequestTimers _timers = new(options.TimeProvider);

    /// <exception cref="TimeoutException">No answer arrived in time.</exception>
    /// <exception cref="ArgumentException">The frame is larger than the server accepts.</exception>
    /// <exception cref="NotSupportedException">The client uses the classic protocol.</exception>
    /// <exception cref="ServerClientException">The server has refused the request, or the connection has ended.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    public async Task<TAnswer> SendAsync<TAnswer>(ClientRequest<TAnswer> request, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        TimeSpan limit = timeout ?? options.RequestTimeout;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(limit, TimeSpan.Zero, nameof(timeout));
        CancellationTokenSource expiry = _timers.Start(limit);
        try
        {
            // Most callers pass no token.
            using CancellationTokenSource? either =
                cancellationToken.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellationToken) : null;
            CancellationToken end = either?.Token ?? expiry.Token;
            CompactSession session = sessions.GetCompactSession(request.Feature);
            await slots.WaitAsync(end).ConfigureAwait(false);
            return (TAnswer)(await SendAsync(session, request, end).ConfigureAwait(false))!;
        }
        catch (OperationCanceledException) when (expiry.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            string hint = client.IsFull ? " The client does not receive anything, because too many messages or events wait for the application." : "";
            throw new TimeoutException(string.Create(
                CultureInfo.InvariantCulture, $"The server did not answer within {limit.TotalSeconds:0.###} seconds.{hint}"));
        }
        finally
        {
            _timers.Stop(expiry);
        }
    }

    private async Task<object?> SendAsync<TAnswer>(CompactSession session, ClientRequest<TAnswer> request, CancellationToken cancellationToken)
    {
        Action<object?>? onSuccess = request.OnSuccess is { } change ? answer => change((TAnswer)answer!) : null;
        PendingRequest pending = session.PendingRequests.Create(request.Type, request.Name, onSuccess);
        try
        {
            await request.Send(session, pending, cancellationToken).ConfigureAwait(false);
            client.Messages.BeginAnswer();
            try
            {
                return await pending.Answer.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                client.Messages.EndAnswer();
            }
        }
        finally
        {
            // A request that nobody waits for any more counts until its answer comes.
            if (pending.IsSent && !pending.Answer.IsCompleted)
            {
                _ = pending.Answer.ContinueWith(_ => slots.Release(), TaskScheduler.Default);
                if (pending.Type == FrameType.Call)
                    _ = session.CancelAsync(pending);
            }
            else
            {
                slots.Release();
            }
        }
    }
}
