using System.Net;

namespace ServerLib.RateLimiting;

/// <summary>
/// The slots that one connection holds in a <see cref="ConnectionLimiter"/>. Disposing it returns all of them, once.
/// Not thread-safe: it belongs to the code that runs the connection.
/// </summary>
/// <remarks>There is one for each idle connection, so it keeps the end point rather than its larger <see cref="AddressBlock"/>.</remarks>
internal sealed class ConnectionLease(ConnectionLimiter limiter, EndPoint remoteEndPoint, bool hasPriority) : IDisposable
{
    private bool _isLoggedIn;
    private bool _isDisposed;

    /// <summary>Whether the connection is one of the first few from a known address, so that unknown clients must not delay it.</summary>
    public bool HasPriority => hasPriority;

    /// <summary>Returns the slots that are for connections without a login.</summary>
    public void MarkLoggedIn()
    {
        if (_isLoggedIn || _isDisposed)
            return;
        _isLoggedIn = true;
        limiter.ReleaseUnauthenticated(AddressBlock.Of(remoteEndPoint));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        limiter.Release(AddressBlock.Of(remoteEndPoint), _isLoggedIn);
    }
}
