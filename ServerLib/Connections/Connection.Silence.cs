using ServerLib.Protocol;
using ServerLib.Transport;

namespace ServerLib;

/// <content>How long the client has said nothing.</content>
public sealed partial class Connection
{
    // How often it is looked whether a client is still there whose login is being checked.
    private static readonly TimeSpan LookForEndEvery = TimeSpan.FromMilliseconds(250);

    private long _lastHeard;
    private long _lastMessage;
    private long _pinged;

    /// <summary>How long ago the last byte came.</summary>
    internal TimeSpan SinceLastHeard => _settings.Time.GetElapsedTime(Volatile.Read(ref _lastHeard));

    /// <summary>How long ago the last message came, or the login was complete.</summary>
    internal TimeSpan SinceLastMessage => _settings.Time.GetElapsedTime(Volatile.Read(ref _lastMessage));

    /// <summary>
    /// Pings a compact client that has not been pinged since it was heard last, and takes it for lost when it has been silent for longer
    /// than <paramref name="lostAfter"/>. Nothing is read while a handler waits, so then nobody is taken for lost.
    /// </summary>
    internal void Ping(TimeSpan lostAfter)
    {
        if (IsClassic)
            return;
        long heard = Volatile.Read(ref _lastHeard);
        if (_pinged != heard)
        {
            _pinged = heard;
            SendFrame(FrameType.Ping, []);
        }
        else if (SinceLastHeard >= lostAfter && !_isHandling)
        {
            End(DisconnectReason.ConnectionLost);
        }
    }

    /// <summary>
    /// Ends the connection when its client goes although nobody reads: what waits to be computed for one who has gone keeps others out.
    /// </summary>
    /// <returns>What ends the watch.</returns>
    internal ITimer WatchForEnd() =>
        _settings.Time.CreateTimer(static state => ((Connection)state!).EndIfGone(), this, LookForEndEvery, LookForEndEvery);

    private void EndIfGone()
    {
        if (_link.Transport.Socket is { } socket && DisconnectDetector.HasCome(socket))
            End(DisconnectReason.ConnectionLost);
    }

    private void MarkActivity() => Volatile.Write(ref _lastHeard, _settings.Time.GetTimestamp());
}
