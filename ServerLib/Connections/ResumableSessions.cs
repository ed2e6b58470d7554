using System.Buffers;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using ServerLib.Diagnostics;
using ServerLib.Protocol;
using ServerLib.RateLimiting;

namespace ServerLib.Connections;

/// <summary>The sessions of a server that can be resumed. Thread-safe.</summary>
/// <param name="options">How long a session waits for its client, and how much is kept.</param>
/// <param name="events">The server's events.</param>
internal sealed class ResumableSessions(SessionOptions options, ServerEvents events)
{
    private readonly ConcurrentDictionary<long, ResumableSession> _byId = new();
    private readonly Lock _gate = new();

    // The one that was detached first comes first.
    private readonly LinkedList<ResumableSession> _detached = [];
    private long _kept;

    /// <summary>Begins the session of a client that has logged in.</summary>
    public ResumableSession Begin(Connection connection, ConnectionLease? lease)
    {
        var session = new ResumableSession(connection, lease, this);
        _byId[connection.Id] = session;
        return session;
    }

    /// <summary>Finds the session that a client wants to resume.</summary>
    /// <param name="request">The client's request.</param>
    /// <param name="isSecure">Whether the client's connection uses TLS.</param>
    /// <returns>The session; <see langword="null"/> if there is none, or the client may not resume it there.</returns>
    public ResumableSession? Find(ResumeRequest request, bool isSecure)
    {
        if (!long.TryParse(request.Session, NumberStyles.None, CultureInfo.InvariantCulture, out long id)
            || !_byId.TryGetValue(id, out ResumableSession? session)
            || (session.Connection.IsSecure && !isSecure))
        {
            return null;
        }

        Span<byte> token = stackalloc byte[32];
        return Base64Url.DecodeFromChars(request.Token, token, out _, out int size) == OperationStatus.Done
            && CryptographicOperations.FixedTimeEquals(token[..size], session.Token) ? session : null;
    }

    /// <summary>Ends the session of a user that has been detached for the longest time, to make room for another one.</summary>
    /// <returns>Completes when there is room; <see langword="null"/> if no session of the user is detached.</returns>
    public Task? EndOldestOf(string user)
    {
        ResumableSession? oldest;
        lock (_gate)
            oldest = _detached.FirstOrDefault(session => UserName.Same(session.Connection.Alias, user));
        oldest?.EndDetached();
        return oldest?.Ended;
    }

    /// <summary>Counts bytes that are kept for detached sessions, or no longer.</summary>
    public void Charge(int bytes) => Interlocked.Add(ref _kept, bytes);

    /// <summary>Ends the oldest detached sessions while more than <see cref="SessionOptions.MaxRetainedBytes"/> is kept for all of them.</summary>
    public void EndOldestIfTooMuchIsKept()
    {
        while (Volatile.Read(ref _kept) > options.MaxRetainedBytes && TakeOldest() is { } oldest)
            oldest.EndDetached();
    }

    /// <summary>A session has lost its link.</summary>
    public void AddDetached(ResumableSession session, DisconnectReason reason, bool isLogged)
    {
        lock (_gate)
        {
            if (session.IsDetached)
                session.Node ??= _detached.AddLast(session);
        }

        if (isLogged)
            events.SessionDetached(session.Connection.RemoteEndPoint, session.Connection.Alias, reason);
        EndOldestIfTooMuchIsKept();
    }

    /// <summary>A session continues on another link.</summary>
    public void OnResumed(ResumableSession session, bool isLogged)
    {
        RemoveDetached(session);
        if (isLogged)
            events.SessionResumed(session.Connection.RemoteEndPoint, session.Connection.Alias);
    }

    /// <summary>A session has ended.</summary>
    public void Remove(ResumableSession session)
    {
        RemoveDetached(session);
        _byId.TryRemove(session.Connection.Id, out _);
    }

    private ResumableSession? TakeOldest()
    {
        lock (_gate)
        {
            if (_detached.First is not { } first)
                return null;
            _detached.RemoveFirst();
            first.Value.Node = null;
            return first.Value;
        }
    }

    private void RemoveDetached(ResumableSession session)
    {
        lock (_gate)
        {
            if (session.Node is { } node)
                _detached.Remove(node);
            session.Node = null;
        }
    }
}
