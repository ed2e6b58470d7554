using System.Net.Sockets;
using System.Security.Cryptography;
using ServerLib.ActivityLog;
using ServerLib.Authentication;
using ServerLib.Connections;
using ServerLib.Files;
using ServerLib.Transport;

namespace ServerLib;

/// <summary>
/// The steps of a connection. First the client is accepted. Then it is connected, which includes its authentication and welcome. The server
/// that <c>AddServerLib</c> adds takes these steps, and your own accept loop can take them too.
/// </summary>
/// <remarks>
/// What a client does wrong is an ordinary result. If the server fails, the functions throw a <see cref="ServerLibException"/>. Its
/// <see cref="ServerLibException.SourceTrail"/> contains the functions that the failure passed.
/// </remarks>
public static class Srv
{
    /// <summary>Accepts a client on the listening socket that <paramref name="manager"/> watches.</summary>
    /// <param name="manager">The watched sockets.</param>
    /// <param name="options">The limits. Calls with the same object share them. Default those of the first call, or all defaults.</param>
    /// <param name="serverKey">The key pair. Default that of the listener's first call, or one that its connections share.</param>
    /// <param name="certificate">The TLS certificate. Default that of the listener's first call, or none: then there is no TLS.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The connection.</returns>
    /// <exception cref="ServerLibException">Accepting failed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    public static ValueTask<Connection> AcceptClientAsync(
        ConnectionMultiplexor manager,
        ServerOptions? options = null,
        ServerKey? serverKey = null,
        ServerCertificate? certificate = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(manager);
        return AcceptClientAsync(manager.Listener, ListenerSettings.Of(manager.Listener, options, serverKey, certificate), cancellationToken);
    }

    /// <summary>Accepts a client on a listening socket.</summary>
    /// <inheritdoc cref="AcceptClientAsync(ConnectionMultiplexor, ServerOptions?, ServerKey?, ServerCertificate?, CancellationToken)"
    /// path="/*/node()[not(self::param)]"/>
    /// <param name="connectionSocket">A listening socket.</param>
    /// <param name="options">The limits. Calls with the same object share them. Default those of the first call, or all defaults.</param>
    /// <param name="serverKey">The key pair. Default that of the listener's first call, or one that its connections share.</param>
    /// <param name="certificate">The TLS certificate. Default that of the listener's first call, or none: then there is no TLS.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static ValueTask<Connection> AcceptClientAsync(
        Socket connectionSocket,
        ServerOptions? options = null,
        ServerKey? serverKey = null,
        ServerCertificate? certificate = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connectionSocket);
        ConnectionSettings settings = ListenerSettings.Of(connectionSocket, options, serverKey, certificate);
        return AcceptClientAsync(new SocketListener(connectionSocket, settings.Options.Limits.KeepAlive), settings, cancellationToken);
    }

    /// <summary>
    /// Takes a client from its first byte to its place on the ledger, within <see cref="LoginOptions.GraceTime"/>: authenticates it, logs
    /// the connection in the database, and welcomes the client. A classic client also exchanges public keys.
    /// </summary>
    /// <param name="client">The connection.</param>
    /// <param name="connectionLedger">The ledger that gets the connection when its login is complete.</param>
    /// <param name="database">The accounts.</param>
    /// <param name="authenticator">Decides on the login. Default an <see cref="Authenticator"/> on the accounts.</param>
    /// <param name="audit">Records the logon and failed logins. The caller records the logoff. Default none.</param>
    /// <param name="keys">The keys that users log in with. Default none: users log in by password.</param>
    /// <param name="accounts">Checks invitations. Default none: there is no registration by invitation.</param>
    /// <param name="cancellationToken">Cancels the login.</param>
    /// <returns>
    /// Whether the client is logged in. If not, <see cref="Connection.Reason"/> says why. If <see cref="Connection.Alias"/> is set in this
    /// case, the logon has been recorded in the database and the audit trail, and the caller must record the logoff.
    /// </returns>
    /// <exception cref="ServerLibException">The database or the ledger failed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    public static ValueTask<bool> ConnectClientAsync(
        Connection client,
        IConnectionLedger connectionLedger,
        IUserDatabase database,
        IAuthenticator? authenticator = null,
        AuditTrail? audit = null,
        IUserKeys? keys = null,
        IUserAdministration? accounts = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(connectionLedger);
        ArgumentNullException.ThrowIfNull(database);
        client.OffersKeys = keys is not null;
        authenticator ??= new Authenticator(database, client.Options, keys: keys, accounts: accounts);
        LoginPipeline pipeline = audit is null ? new(authenticator) : new(authenticator, new AuditingStep(audit));
        return ConnectClientAsync(client, connectionLedger, database, new ConnectionLogin(client, pipeline), audit, cancellationToken);
    }

    internal static async ValueTask<bool> ConnectClientAsync(
        Connection client,
        IConnectionLedger connectionLedger,
        IUserDatabase database,
        ConnectionLogin login,
        AuditTrail? audit,
        CancellationToken cancellationToken = default)
    {
        try
        {
            using ITimer grace = client.Timers.EndAfter(client.Options.Login.GraceTime, DisconnectReason.LoginTimeout);
            if (await UserAuthenticateAsync(client, login, cancellationToken).ConfigureAwait(false) is not { } alias)
                return false;

            // Not canceled halfway: the connection is logged on exactly when it has its name.
            await database.LogConnectionAsync(alias, client.RemoteEndPoint, CancellationToken.None).ConfigureAwait(false);
            client.UpdateAlias(alias);
            audit?.Write(AuditEvent.Logon, alias, AddressText.From(client.RemoteEndPoint), detail: login.LastAttempt!.Detail);
            RSA? key = null;
            if (client.IsClassic)
            {
                await WelcomeClientAsync(client, cancellationToken).ConfigureAwait(false);
                key = await client.Login.ReadKeyAsync(cancellationToken).ConfigureAwait(false);
                if (key is null)
                    return false;
            }

            login.EnterLedger(connectionLedger, key);
            return client.Reason == DisconnectReason.None;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw ServerLibException.Wrap(e);
        }
        finally
        {
            login.Complete();
        }
    }

    /// <summary>
    /// Asks a client for its credentials until they are right, at most <see cref="LoginOptions.MaxAttempts"/> times.
    /// <see cref="LoginCode.Busy"/> does not count as an attempt; after <see cref="LoginOptions.MaxBusyAnswers"/> such answers the
    /// connection ends.
    /// </summary>
    /// <param name="client">The connection.</param>
    /// <param name="authenticator">Decides on each attempt.</param>
    /// <param name="cancellationToken">Cancels the login.</param>
    /// <returns>The account's name as registered; <see langword="null"/> when the connection has ended.</returns>
    /// <exception cref="ServerLibException">The authenticator failed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    public static ValueTask<string?> UserAuthenticateAsync(
        Connection client, IAuthenticator authenticator, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(authenticator);
        return UserAuthenticateAsync(client, new ConnectionLogin(client, new LoginPipeline(authenticator)), cancellationToken);
    }

    /// <summary>Asks for credentials, and checks them with an <see cref="Authenticator"/> on <paramref name="database"/>.</summary>
    /// <inheritdoc cref="UserAuthenticateAsync(Connection, IAuthenticator, CancellationToken)" path="/*/node()[not(self::param)]"/>
    /// <param name="client">The connection.</param>
    /// <param name="database">The accounts.</param>
    /// <param name="keys">The keys that users log in with. Default none: users log in by password.</param>
    /// <param name="accounts">Checks invitations. Default none: there is no registration by invitation.</param>
    /// <param name="cancellationToken">Cancels the login.</param>
    public static ValueTask<string?> UserAuthenticateAsync(
        Connection client,
        IUserDatabase database,
        IUserKeys? keys = null,
        IUserAdministration? accounts = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        client.OffersKeys = keys is not null;
        return UserAuthenticateAsync(client, new Authenticator(database, client.Options, keys: keys, accounts: accounts), cancellationToken);
    }

    private static async ValueTask<string?> UserAuthenticateAsync(Connection client, ConnectionLogin login, CancellationToken cancellationToken)
    {
        try
        {
            while (login.MayTry)
            {
                if (await GetCredentialsAsync(client, cancellationToken).ConfigureAwait(false) is not { } credentials)
                    return null;
                if (credentials.Resume is { } request)
                {
                    if (await login.TryResumeAsync(request, cancellationToken).ConfigureAwait(false))
                        return null;
                    continue;
                }

                LoginContext attempt = await login.AttemptAsync(credentials, cancellationToken).ConfigureAwait(false);
                if (attempt.IsInvalidated)
                    return null;
                client.Writer.SendLoginResult(attempt.Result);
                if (attempt.Result.IsOk)
                {
                    client.User = attempt.Result.User;
                    return attempt.Result.Alias;
                }
            }

            client.End(DisconnectReason.TooManyLoginAttempts);
            return null;
        }
        catch (OperationCanceledException) when (client.Reason != DisconnectReason.None)
        {
            return null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw ServerLibException.Wrap(e);
        }
    }

    /// <summary>Waits for a client's name and password.</summary>
    /// <param name="client">The connection.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The credentials; <see langword="null"/> when the connection has ended.</returns>
    /// <exception cref="ServerLibException">The server failed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    public static async ValueTask<Credentials?> GetCredentialsAsync(Connection client, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        try
        {
            return await client.Login.ReadCredentialsAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw ServerLibException.Wrap(e);
        }
    }

    /// <summary>Sends <c>Welcome {alias}</c> and the server's greeting to a client that has just logged in.</summary>
    /// <param name="client">The connection.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ServerLibException">The client has not logged in.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    public static ValueTask WelcomeClientAsync(Connection client, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            client.Writer.SendWelcome();
            return ValueTask.CompletedTask;
        }
        catch (Exception e)
        {
            throw ServerLibException.Wrap(e);
        }
    }

    /// <summary>Creates a function that logs a message and prints it to the console. The function returns at once.</summary>
    /// <param name="logger">The log.</param>
    public static Action<string> GenerateLogger(ILog logger) => GenerateLogger(logger, ConsolePrinter.Print);

    /// <summary>Creates a function that logs a message and prints it.</summary>
    /// <param name="logger">The log.</param>
    /// <param name="print">Prints a line.</param>
    public static Action<string> GenerateLogger(ILog logger, Action<string> print)
    {
        ArgumentNullException.ThrowIfNull(logger);
        ArgumentNullException.ThrowIfNull(print);
        return message =>
        {
            logger.Logging(message);
            print(message);
        };
    }

    private static async ValueTask<Connection> AcceptClientAsync(
        IConnectionListener listener, ConnectionSettings settings, CancellationToken cancellationToken)
    {
        TransportConnection transport = await AcceptAsync(listener, cancellationToken).ConfigureAwait(false);
        while (!transport.TryOpen())
        {
            await transport.DisposeAsync().ConfigureAwait(false);
            transport = await AcceptAsync(listener, cancellationToken).ConfigureAwait(false);
        }

        return new Connection(transport, settings);
    }

    internal static async ValueTask<TransportConnection> AcceptAsync(IConnectionListener listener, CancellationToken cancellationToken)
    {
        try
        {
            return await listener.AcceptAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw ServerLibException.Wrap(e);
        }
    }
}
