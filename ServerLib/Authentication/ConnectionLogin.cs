using System.Security.Cryptography;
using ServerLib.Connections;
using ServerLib.Protocol;
using ServerLib.RateLimiting;
using ServerLib.Transport;

namespace ServerLib.Authentication;

/// <summary>The login of one connection, which may take several attempts.</summary>
/// <param name="client">The connection.</param>
/// <param name="pipeline">Decides on the attempts.</param>
/// <param name="lease">The connection's slots; <see langword="null"/> where no server counts them.</param>
/// <param name="isLogged">Whether the activity log gets a line for each attempt that fails.</param>
/// <param name="tickets">Issues tickets; <see langword="null"/> if there are none.</param>
internal sealed class ConnectionLogin(
    Connection client, LoginPipeline pipeline, ConnectionLease? lease = null, bool isLogged = true, TicketIssuer? tickets = null)
{
    private int _failures;
    private int _tooOften;
    private int _busy;

    /// <summary>Whether the client has attempts left.</summary>
    public bool MayTry => Math.Max(_failures, _tooOften) < client.Options.Login.MaxAttempts
        && _busy < client.Options.Login.MaxBusyAnswers;

    /// <summary>The last attempt; <see langword="null"/> before the first one was answered.</summary>
    public LoginContext? LastAttempt { get; private set; }

    /// <summary>Decides on the next attempt. Stops when the client disconnects.</summary>
    public async ValueTask<LoginContext> AttemptAsync(Credentials credentials, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, client.Aborted);
        using ITimer watch = client.Timers.WatchForEnd();
        var attempt = new LoginContext(client, credentials, lease, isLogged);
        LoginResult result = await pipeline.AuthenticateAsync(attempt, either.Token).ConfigureAwait(false);
        if (attempt.IsTooOften)
            _tooOften++;
        else if (result.Code == LoginCode.Busy)
            _busy++;
        else if (!result.IsOk)
            _failures++;
        return LastAttempt = attempt;
    }

    /// <summary>Continues the session of a client that was connected before.</summary>
    /// <returns>Whether the client's connection has ended. If the session continues, it has the connection's link.</returns>
    public async ValueTask<bool> TryResumeAsync(ResumeRequest request, CancellationToken cancellationToken)
    {
        if (client.Link.Transport.HasEnded)
        {
            // The client has given up this connection. The session is for its next one, and the client must not take it for ended.
            client.End(DisconnectReason.EndOfStream);
            return true;
        }

        if (client.Settings.Sessions?.Find(request, client.IsSecure) is { } session
            && await session.TryContinueAsync(client, lease, request.Received, isLogged, cancellationToken).ConfigureAwait(false))
        {
            return true;
        }

        _failures++;
        ResumeFrames.WriteNotResumable(client.Link.Output);
        return false;
    }

    /// <summary>
    /// Adds the client to the ledger, and sends the last message of its login. That message leaves once the client is on the ledger, so that
    /// a client which has read it can be sent to; and before anything that others send.
    /// </summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="key">A classic client's public key, which is answered with the server's. Without it, the welcome is the last message.</param>
    public void EnterLedger(IConnectionLedger ledger, RSA? key)
    {
        client.CompleteLogin();
        if (client is { Settings.Sessions: { } sessions, Link.Compact.CanResume: true })
            client.Resumption = sessions.Begin(client, lease);
        WriteBatch batch = WriteBatch.Open();
        try
        {
            if (key is null)
                client.Writer.SendWelcome(tickets?.Begin(client, LastAttempt!.NewTicket));
            else
                client.Writer.SendServerKey(key);
            ledger.Add(client);
            if (key is not null)
                ledger.UpdateKey(client, key);
        }
        finally
        {
            batch.Close();
        }
    }

    /// <summary>The connection has its name, or has failed: from now on it is found by name.</summary>
    public void Complete() => LastAttempt?.Pending?.Dispose();
}
