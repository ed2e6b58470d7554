using System.Security.Cryptography;
using ServerLib.Protocol;
using ServerLib.RateLimiting;

namespace ServerLib.Connections;

/// <summary>
/// Keeps the session of a compact client when its link is lost, and continues it on another link. Meanwhile it is detached.
/// </summary>
/// <remarks>
/// Only the code that reads the connection changes its link: when it waits for bytes, or while a handler works. Other code prepares that.
/// </remarks>
/// <param name="connection">The connection, which the application knows.</param>
/// <param name="lease">Its slots; <see langword="null"/> where nobody counts them.</param>
/// <param name="sessions">The sessions of the server.</param>
internal sealed class ResumableSession(Connection connection, ConnectionLease? lease, ResumableSessions sessions) : IFrameSink
{
    private readonly Lock _gate = new();
    private readonly byte[] _token = RandomNumberGenerator.GetBytes(32);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SessionContinuation? _next;
    private long _newest = connection.Id;
    private TaskCompletionSource? _waiting;
    private ITimer? _expiry;
    private DisconnectReason _loss;
    private bool _isLogged = true;

    /// <summary>The secret with which the client continues the session.</summary>
    public ReadOnlySpan<byte> Token => _token;

    public Connection Connection => connection;

    /// <summary>What is sent and received.</summary>
    public SessionFrames Frames { get; } = new(connection.Link.Output, connection.Options.Limits.MaxQueuedBytes, sessions.Charge);

    /// <summary>Whether there is no link.</summary>
    public bool IsDetached => Frames.IsDetached;

    /// <summary>Where <see cref="ResumableSessions"/> has the session while it is detached.</summary>
    public LinkedListNode<ResumableSession>? Node { get; set; }

    /// <summary>Completes when the session has ended and its user may begin another one.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Whether another link waits until the connection's code takes it.</summary>
    public bool HasNext
    {
        get
        {
            lock (_gate)
                return _next is not null;
        }
    }

    private bool CanContinue => Frames.IsResumable && connection.Reason == DisconnectReason.None;

    /// <inheritdoc cref="SessionFrames.Write"/>
    public SendOutcome Write(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        SendOutcome outcome = Frames.Write(head, body);
        if (!Frames.IsDetached)
            return outcome;
        if (!Frames.IsResumable)
            EndDetached();
        sessions.EndOldestIfTooMuchIsKept();
        return outcome;
    }

    /// <summary>Waits for bytes, also on the link that replaces a lost one.</summary>
    /// <returns><see langword="false"/> if the session has ended.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            ConnectionLink link = connection.Link;
            if (await link.FillAsync(connection, cancellationToken).ConfigureAwait(false))
                return true;
            if (!await WaitForLinkAsync(cancellationToken).ConfigureAwait(false))
                return false;
            Attach();
            if (connection.Link == link)
                continue;
            link.Input.Release();
            if (!connection.Link.Input.IsEmpty)
                return true;
        }
    }

    /// <summary>Keeps the session although a link is lost.</summary>
    /// <param name="link">The lost link.</param>
    /// <param name="reason">Why it is lost. If nobody continues the session, it ends for this reason.</param>
    /// <returns><see langword="false"/> if the session cannot be resumed.</returns>
    public bool TryDetach(ConnectionLink link, DisconnectReason reason)
    {
        lock (_gate)
        {
            if (!CanContinue)
                return false;
            if (link != connection.Link || !Frames.Detach())
                return true;
            AwaitClient(reason);
        }

        sessions.AddDetached(this, reason, isLogged: _isLogged);
        _ = link.Transport.DisposeAsync().AsTask();
        return true;
    }

    /// <summary>Continues the session on the link of another connection.</summary>
    /// <param name="from">The connection that has sent RESUME. If this succeeds, it no longer has its link, and has ended.</param>
    /// <param name="slots">The slots of that connection, which are exchanged with those of the session.</param>
    /// <param name="received">The number of frames that the client has received.</param>
    /// <param name="isLogged">Whether the activity log gets a line about it.</param>
    /// <param name="cancellationToken">Stops waiting for the code that reads the session's connection.</param>
    /// <returns>Whether the session continues.</returns>
    public async ValueTask<bool> TryContinueAsync(
        Connection from, ConnectionLease? slots, long received, bool isLogged, CancellationToken cancellationToken)
    {
        var next = new SessionContinuation(from, slots, received, isLogged);
        ConnectionLink? replaced = null;
        lock (_gate)
        {
            // A client gives up a connection before it opens the next one. What it sent on the first may be read last.
            if (!CanContinue || !Frames.CanContinueAfter(received) || from.Id < _newest)
                return false;
            _newest = from.Id;
            _next?.Complete(isAttached: false);
            _next = next;
            if (Frames.Detach())
            {
                replaced = connection.Link;
                AwaitClient(DisconnectReason.ConnectionLost);
            }

            _waiting?.TrySetResult();
        }

        if (replaced is not null)
        {
            sessions.AddDetached(this, DisconnectReason.Resumed, isLogged: false);
            replaced.TryWriteClose(DisconnectReason.Resumed, notice: null, retryAfter: null);
            replaced.Transport.CompleteWriting();
            await replaced.Transport.DisposeAsync().ConfigureAwait(false);
        }

        await connection.Reader.AdoptLinkAsync(Attach).ConfigureAwait(false);
        return await WaitUntilAttachedAsync(next, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Changes the link, if another one waits. Only the code that reads the connection may call it.</summary>
    public void Attach()
    {
        SessionContinuation? next;
        bool isAttached;
        lock (_gate)
        {
            (next, _next) = (_next, null);
            if (next is null)
                return;
            isAttached = Frames.TryAttach(next.Connection.Link.Output, next.Received);
            if (isAttached)
            {
                _expiry?.Dispose();
                connection.Continue(next.Connection);
                lease?.Exchange(next.Lease);
                _isLogged = next.IsLogged;
            }
        }

        if (isAttached)
            sessions.OnResumed(this, next.IsLogged);
        next.Complete(isAttached);
    }

    /// <summary>The session has ended.</summary>
    public void End()
    {
        lock (_gate)
        {
            Frames.GiveUp();
            _expiry?.Dispose();
            _next?.Complete(isAttached: false);
            _next = null;
        }

        sessions.Remove(this);
        _ended.TrySetResult();
    }

    /// <summary>Ends the session if it is detached, because nobody has resumed it, or its place or memory is needed.</summary>
    public void EndDetached()
    {
        DisconnectReason loss;
        lock (_gate)
        {
            if (!Frames.IsDetached)
                return;
            Frames.GiveUp();
            loss = _loss;
        }

        connection.End(loss);
    }

    private void AwaitClient(DisconnectReason loss)
    {
        _loss = loss;
        lease?.Detach();
        _expiry = connection.Settings.Time.CreateTimer(
            static session => ((ResumableSession)session!).EndDetached(),
            this,
            connection.Options.Sessions.ResumeWindow,
            Timeout.InfiniteTimeSpan);
    }

    private async ValueTask<bool> WaitForLinkAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource waiting;
        lock (_gate)
        {
            if (_next is not null)
                return true;
            if (!Frames.IsDetached || connection.Reason != DisconnectReason.None)
                return false;
            waiting = _waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, connection.Aborted);
            await waiting.Task.WaitAsync(either.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (connection.Reason != DisconnectReason.None)
        {
            return false;
        }
    }

    private async ValueTask<bool> WaitUntilAttachedAsync(SessionContinuation next, CancellationToken cancellationToken)
    {
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(
                cancellationToken, next.Connection.Aborted, connection.Aborted);
            return await next.Result.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            lock (_gate)
            {
                if (_next == next)
                {
                    _next = null;
                    return false;
                }
            }

            // The session has taken it, or another connection has.
            return await next.Result.ConfigureAwait(false);
        }
    }
}
