using System.Net.Security;

namespace ServerLib.Transport;

/// <summary>
/// Counts the bytes that a TLS peer sends, and how many of them are text. A read of <see cref="SslStream"/> returns only when there is text. A
/// KeyUpdate record (RFC 8446, section 4.6.3) has 27 bytes but costs as much as several KiB of text.
/// </summary>
/// <param name="first">The number of bytes that were read before TLS began.</param>
internal sealed class TlsInboundQuota(int first)
{
    /// <summary>
    /// The most bytes in the handshake. Certificates are the largest part, and a chain is verified even if it leads nowhere. This is enough for
    /// ten certificates; three are usual.
    /// </summary>
    public const int MaxInHandshake = 16 * 1024;

    /// <summary>The most bytes between the handshake and the end of the login. A login with the largest key needs 3 KiB.</summary>
    public const int MaxBeforeLogin = 256 * 1024;

    /// <summary>The most bytes that are read without waiting before other connections get their turn.</summary>
    public const int MaxInARow = 32 * 1024;

    /// <summary>
    /// The most bytes without text after the login. A record has up to 16 KiB, and parts of the next ones may arrive with it.
    /// </summary>
    public const int MaxWithoutText = 64 * 1024;

    /// <summary>The most bytes that can arrive before their text is read.</summary>
    private const int MaxAhead = 32 * 1024;

    private volatile int _maxWithoutText = MaxInHandshake;
    private int _withoutText = first;
    private int _overhead;
    private int _inARow;

    /// <summary>Whether other connections should get their turn now. If so, a new turn begins.</summary>
    public bool TakeTurn()
    {
        bool isOver = _inARow >= MaxInARow;
        if (isOver)
            _inARow = 0;
        return isOver;
    }

    /// <summary>Notes a wait for the peer, during which other connections had their turn.</summary>
    public void Wait() => _inARow = 0;

    /// <summary>Counts received bytes.</summary>
    /// <returns>Whether the peer may send them.</returns>
    public bool TryCount(int bytes)
    {
        _inARow += bytes;
        _overhead += bytes;
        _withoutText += bytes;
        return _withoutText <= _maxWithoutText;
    }

    /// <summary>Counts bytes of text that were read.</summary>
    public void CountText(int bytes)
    {
        _overhead -= bytes;
        if (_maxWithoutText == MaxWithoutText)
            _withoutText = 0;
    }

    /// <summary>Ends the handshake.</summary>
    public void EndHandshake() => _maxWithoutText = MaxBeforeLogin;

    /// <summary>Ends the login. From now on text is not limited.</summary>
    public void EndLogin()
    {
        _maxWithoutText = MaxWithoutText;
        _withoutText = _overhead = 0;
    }

    /// <summary>The whole KiB that have arrived since the last call and are not text, but records' overhead and TLS messages.</summary>
    public int TakeOverhead()
    {
        int taken = Math.Max(0, _overhead - MaxAhead) / 1024;
        _overhead -= taken * 1024;
        return taken;
    }
}
