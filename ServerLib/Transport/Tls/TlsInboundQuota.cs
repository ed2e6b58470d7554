using System.Net.Security;

namespace ServerLib.Transport;

/// <summary>
/// Counts what a TLS peer sends, and how much of it is text. <see cref="SslStream"/> doesn't return before there is something for its
/// reader, and a record that changes the keys (KeyUpdate, RFC 8446 section 4.6.3) is 27 bytes that cost as much as some KiB of text.
/// </summary>
/// <param name="first">How many bytes were read before TLS began.</param>
internal sealed class TlsInboundQuota(int first)
{
    /// <summary>
    /// How many bytes the peer may send in the handshake. Certificates are the most of what it has to, and whatever it calls its chain is
    /// computed before it is known to lead nowhere: this is room for ten, where three are ordinary.
    /// </summary>
    public const int MaxInHandshake = 16 * 1024;

    /// <summary>How many bytes it may send from then on before it is logged in: a login by the largest key takes 3 KiB.</summary>
    public const int MaxBeforeLogin = 256 * 1024;

    /// <summary>How many bytes are read without waiting before others have their turn.</summary>
    public const int MaxInARow = 32 * 1024;

    /// <summary>
    /// How many bytes may come, once the peer is logged in, of which there is nothing for the reader. A record is 16 KiB, and some of the
    /// next ones may have come with it.
    /// </summary>
    public const int MaxWithoutText = 64 * 1024;

    /// <summary>What may have come before its text is read.</summary>
    private const int MaxAhead = 32 * 1024;

    private volatile int _maxWithoutText = MaxInHandshake;
    private int _withoutText = first;
    private int _overhead;
    private int _inARow;

    /// <summary>Whether it is others' turn. Saying so begins the next one.</summary>
    public bool TakeTurn()
    {
        bool isOthers = _inARow >= MaxInARow;
        if (isOthers)
            _inARow = 0;
        return isOthers;
    }

    /// <summary>The peer was waited for, so others had their turn.</summary>
    public void Wait() => _inARow = 0;

    /// <summary>So many bytes have come.</summary>
    /// <returns>Whether the peer may send them.</returns>
    public bool TryCount(int bytes)
    {
        _inARow += bytes;
        _overhead += bytes;
        _withoutText += bytes;
        return _withoutText <= _maxWithoutText;
    }

    /// <summary>So many bytes of text were read.</summary>
    public void CountText(int bytes)
    {
        _overhead -= bytes;
        if (_maxWithoutText == MaxWithoutText)
            _withoutText = 0;
    }

    /// <summary>The handshake is over.</summary>
    public void EndHandshake() => _maxWithoutText = MaxBeforeLogin;

    /// <summary>The peer has logged in: its text is no longer limited.</summary>
    public void EndLogin()
    {
        _maxWithoutText = MaxWithoutText;
        _withoutText = _overhead = 0;
    }

    /// <summary>How many whole KiB have come since this was last asked that were no text, but records' ends and messages of TLS itself.</summary>
    public int TakeOverhead()
    {
        int taken = Math.Max(0, _overhead - MaxAhead) / 1024;
        _overhead -= taken * 1024;
        return taken;
    }
}
