using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <summary>Continues a session on a new connection.</summary>
internal static class SessionResumer
{
    /// <param name="resume">The session.</param>
    /// <param name="received">The number of frames that the client has received.</param>
    /// <param name="options">The server.</param>
    /// <param name="cancellationToken">Cancels the attempt.</param>
    /// <returns>
    /// The connection, and the number of frames that the server has received; <see langword="null"/> if the server has ended the session.
    /// </returns>
    /// <exception cref="ServerClientException">The server cannot be reached, is not trusted, or does not answer.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    public static async Task<(ClientStream Stream, long Received)?> TryResumeAsync(
        ResumeTicket resume, long received, ServerClientOptions options, CancellationToken cancellationToken)
    {
        using var timer = new ConnectTimer(options, cancellationToken);
        ClientStream? stream = null;
        bool isResumed = false;
        try
        {
            stream = await ClientConnector.ConnectAsync(options, timer).ConfigureAwait(false);
            if (!options.AllowPlaintextPassword && !stream.IsBound)
                throw ClientErrors.PlaintextPassword();
            using var end = new SessionEnd();
            var sender = new CompactFrameSender(new SessionLink(stream, options, end), end, new PendingRequests());
            var login = new CompactLogin(stream, sender, options, new HeldTicket(options.TimeProvider));
            long? count = await login.ResumeAsync(resume, received, timer.Token).ConfigureAwait(false);
            isResumed = count is not null;
            return count is { } value ? (stream, value) : null;
        }
        catch (OperationCanceledException) when (timer.HasExpired)
        {
            throw new ServerClientException("The server did not continue the session in time.") { Code = ClientCode.Lost };
        }
        finally
        {
            if (!isResumed)
                stream?.Dispose();
        }
    }
}
