using System.Net;

namespace ServerLib.RateLimiting;

/// <summary>
/// The slots that one connection holds in a <see cref="ConnectionLimiter"/>. Disposing it returns all of them, once.
/// Not thread-safe: it belongs to the code that runs the connection.
/// </summary>
/// <remarks>There is one for each idle connection, so it keeps the end point rather than its larger <see cref="AddressBlock"/>.</remarks>
internal sealed class ConnectionLease(ConnectionLimiter limiter, EndPoint remoteEndPoint, bool hasPriority) : IDisposable
{
    private EndPoint _remoteEndPoint = remoteEndPoint;
    private IDisposable? _session;
    private bool _isLoggedIn;
    private bool _isDetached;
    private bool _isDisposed;

    /// <summary>Whether the connection is one of the first few from a known address, so that unknown clients must not delay it.</summary>
    public bool HasPriority => hasPriority;

    /// <summary>Whether the server has room for another session.</summary>
    public bool HasRoom => limiter.HasRoom;

    /// <summary>Returns the slots that are for connections without a login.</summary>
    /// <param name="session">The user's session, which the lease holds from now on.</param>
    public void MarkLoggedIn(IDisposable? session = null)
    {
        if (_isLoggedIn || _isDisposed)
            return;
        _isLoggedIn = true;
        _session = session;
        limiter.ReleaseUnauthenticated(AddressBlock.Of(_remoteEndPoint));
    }

    /// <summary>Returns the slot at the client's address: the session has no connection at the moment.</summary>
    public void Detach()
    {
        if (_isDetached || _isDisposed)
            return;
        _isDetached = true;
        limiter.Detach(AddressBlock.Of(_remoteEndPoint));
    }

    /// <summary>
    /// Exchanges the slots of this connection, whose client is logged in, with those of another one: the session continues there. The user's
    /// session stays.
    /// </summary>
    public void Exchange(ConnectionLease? other)
    {
        if (other is null || _isDisposed)
            return;
        other.MarkLoggedIn();
        (_remoteEndPoint, other._remoteEndPoint) = (other._remoteEndPoint, _remoteEndPoint);
        (_isDetached, other._isDetached) = (other._isDetached, _isDetached);
    }

    /// <summary>Ends the user's session, so that the user may log in again while the connection is still being closed.</summary>
    public void EndSession()
    {
        _session?.Dispose();
        _session = null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        EndSession();
        limiter.Release(AddressBlock.Of(_remoteEndPoint), _isLoggedIn, _isDetached);
    }
}
