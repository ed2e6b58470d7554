using System.Net.Sockets;
using System.Security.Cryptography;
using ServerLib.ActivityLog;
using ServerLib.Authentication;
using ServerLib.Connections;
using ServerLib.Diagnostics;
using ServerLib.Files;
using ServerLib.Transport;

namespace ServerLib;

/// <summary>
/// The steps that a connection takes, in order: accept, then connect, which authenticates, which gets the credentials; then the
/// welcome. <see cref="ConnectionServer"/> takes these same steps; a loop of one's own may, too.
/// </summary>
/// <remarks>
/// What a client does wrong is an ordinary result. A failure on this side is a <see cref="ServerLibException"/> whose trail names the
/// functions it passed.
/// </remarks>
public static class Srv
{
    private const int MaxBusyAnswers = 20;

    /// <summary>Accepts a client on the listening socket that <paramref name="manager"/> watches.</summary>
    /// <param name="manager">The watched set.</param>
    /// <param name="options">The limits that apply to the connection. Default all defaults.</param>
    /// <param name="serverKey">The server's key pair. Default <see cref="ServerKey.Ephemeral"/>.</param>
    /// <param name="certificate">What TLS clients are shown. Default none: there is no TLS.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The connection.</returns>
    /// <exception cref="ServerLibException">Nothing can be accepted.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static ValueTask<Connection> AcceptClientAsync(
        ConnectionMultiplexor manager,
        ServerOptions? options = null,
        ServerKey? serverKey = null,
        ServerCertificate? certificate = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(manager);
        return AcceptClientAsync(manager.Listener, options ?? new ServerOptions(), serverKey, certificate, TimeProvider.System, cancellationToken);
    }

    /// <summary>Accepts a client on a listening socket.</summary>
    /// <param name="connectionSocket">A socket that listens.</param>
    /// <param name="options">The limits that apply to the connection. Default all defaults.</param>
    /// <param name="serverKey">The server's key pair. Default <see cref="ServerKey.Ephemeral"/>.</param>
    /// <param name="certificate">What TLS clients are shown. Default none: there is no TLS.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The connection.</returns>
    /// <exception cref="ServerLibException">Nothing can be accepted.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static ValueTask<Connection> AcceptClientAsync(
        Socket connectionSocket,
        ServerOptions? options = null,
        ServerKey? serverKey = null,
        ServerCertificate? certificate = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connectionSocket);
        options ??= new ServerOptions();
        var listener = new SocketListener(connectionSocket, options.Limits.KeepAlive);
        return AcceptClientAsync(listener, options, serverKey, certificate, TimeProvider.System, cancellationToken);
    }

    /// <summary>
    /// Takes a client from its first byte to where it can chat: authenticates it, logs the connection in the database, welcomes the
    /// client, exchanges the public keys with a classic one, and puts the connection on the ledger; all within
    /// <see cref="LoginOptions.GraceTime"/>.
    /// </summary>
    /// <param name="client">The connection.</param>
    /// <param name="connectionLedger">Where it goes when its login is complete.</param>
    /// <param name="database">Where the accounts are.</param>
    /// <param name="authenticator">Says who the client is. Default an <see cref="Authenticator"/> on <paramref name="database"/>.</param>
    /// <param name="audit">Told of the logon, and of logins that failed before; the logoff is for the caller to tell. Default nobody.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>
    /// Whether the client is in. If not, <see cref="Connection.Reason"/> says why; where <see cref="Connection.Alias"/> is set all the
    /// same, the connection is logged on in the database and the trail, and has to be logged off.
    /// </returns>
    /// <exception cref="ServerLibException">The database or the ledger failed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static async ValueTask<bool> ConnectClientAsync(
        Connection client,
        IConnectionLedger connectionLedger,
        IUserDatabase database,
        IAuthenticator? authenticator = null,
        AuditTrail? audit = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(connectionLedger);
        ArgumentNullException.ThrowIfNull(database);
        try
        {
            using ITimer grace = client.EndAfter(client.Options.Login.GraceTime, DisconnectReason.LoginTimeout);
            authenticator ??= new Authenticator(database, client.Options);
            if (audit is not null)
                authenticator = new AuditingAuthenticator(authenticator, audit);
            client.OffersKeys = database is IUserKeys;
            if (await UserAuthenticateAsync(client, authenticator, cancellationToken).ConfigureAwait(false) is not { } alias)
                return false;

            // Not to be given up half-way: it is logged on exactly when it has its name.
            await database.LogConnectionAsync(alias, client.RemoteEndPoint, CancellationToken.None).ConfigureAwait(false);
            client.UpdateAlias(alias);
            audit?.Write(AuditEvent.Logon, alias, AddressText.From(client.RemoteEndPoint), detail: client.LoginDetail);
            RSA? key = null;
            if (client.IsClassic)
            {
                await WelcomeClientAsync(client, cancellationToken).ConfigureAwait(false);
                key = await client.ReceiveKeyAsync(cancellationToken).ConfigureAwait(false);
                if (key is null)
                    return false;
            }

            Enter(client, connectionLedger, key);
            return client.Reason == DisconnectReason.None;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw ServerLibException.Wrap(e);
        }
    }

    /// <summary>
    /// Puts a client on the ledger and says the last word of its login: that word leaves after it, so whoever has read it can be sent to,
    /// and before anything that others send.
    /// </summary>
    /// <param name="client">The connection.</param>
    /// <param name="connectionLedger">Where it goes.</param>
    /// <param name="key">A classic client's public key, to be answered with the server's; without one the welcome is the last word.</param>
    private static void Enter(Connection client, IConnectionLedger connectionLedger, RSA? key)
    {
        client.NoteMessage();
        WriteBatch batch = WriteBatch.Open();
        try
        {
            if (key is null)
                client.SendWelcome();
            else
                client.SendServerKey(key);
            connectionLedger.Add(client);
            if (key is not null)
                connectionLedger.UpdateKey(client, key);
        }
        finally
        {
            batch.Close();
        }
    }

    /// <summary>
    /// Asks a client for its credentials until they are right, <see cref="LoginOptions.MaxAttempts"/> times at most; that its user
    /// logs in too often counts as no attempt, and it is told so as many times at most; nor does being busy, which it is told 20 times.
    /// </summary>
    /// <param name="client">The connection.</param>
    /// <param name="authenticator">Says who the client is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The account's name as registered; <see langword="null"/> when the connection has ended.</returns>
    /// <exception cref="ServerLibException">The authenticator failed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static async ValueTask<string?> UserAuthenticateAsync(
        Connection client, IAuthenticator authenticator, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(authenticator);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, client.Aborted);
        try
        {
            int failures = 0, tooOften = 0, busy = 0;
            while (Math.Max(failures, tooOften) < client.Options.Login.MaxAttempts && busy < MaxBusyAnswers)
            {
                if (await GetCredentialsAsync(client, cancellationToken).ConfigureAwait(false) is not { } credentials)
                    return null;
                var claim = new PendingLogin(credentials.Username);
                client.Claim = claim;
                LoginResult result;
                using (client.WatchForEnd())
                    result = await authenticator.AuthenticateAsync(credentials, either.Token).ConfigureAwait(false);
                ServerMetrics.LoggedIn(result.Code);
                client.MetBusy = result is { Code: LoginCode.Busy, IsTooOften: false };
                if (!result.IsOk)
                {
                    client.Claim = null;
                }
                else if (claim.TryCommit() is var overtakenBy and not DisconnectReason.None)
                {
                    // It was right, and is not any more.
                    client.End(overtakenBy);
                    return null;
                }

                client.SendLoginResult(result);
                if (result.IsOk)
                {
                    client.LoginDetail = credentials.IsByKey ? $"by key {result.KeyName}".TrimEnd() : "";
                    return result.Alias;
                }

                // It had to be looked at, too, before it could be told to wait.
                if (result.IsTooOften)
                    tooOften++;
                else if (result.Code == LoginCode.Busy)
                    busy++;
                else
                    failures++;
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

    /// <summary>The same with an <see cref="Authenticator"/> on <paramref name="database"/>.</summary>
    /// <inheritdoc cref="UserAuthenticateAsync(Connection, IAuthenticator, CancellationToken)"/>
    public static ValueTask<string?> UserAuthenticateAsync(
        Connection client, IUserDatabase database, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        client.OffersKeys = database is IUserKeys;
        return UserAuthenticateAsync(client, new Authenticator(database, client.Options), cancellationToken);
    }

    /// <summary>Waits for a client's name and password.</summary>
    /// <param name="client">The connection.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The credentials; <see langword="null"/> when the connection has ended.</returns>
    /// <exception cref="ServerLibException">Something failed on this side.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static async ValueTask<Credentials?> GetCredentialsAsync(Connection client, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        try
        {
            return await client.ReceiveCredentialsAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw ServerLibException.Wrap(e);
        }
    }

    /// <summary>Sends <c>Welcome {alias}</c> and the server's greeting to a client that has just logged in.</summary>
    /// <param name="client">The connection.</param>
    /// <param name="cancellationToken">Not used: the welcome never waits.</param>
    /// <exception cref="ServerLibException">The client has not logged in.</exception>
    public static ValueTask WelcomeClientAsync(Connection client, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        try
        {
            client.SendWelcome();
            return ValueTask.CompletedTask;
        }
        catch (Exception e)
        {
            throw ServerLibException.Wrap(e);
        }
    }

    /// <summary>A function that logs a message and prints it to the console; it waits for neither.</summary>
    /// <param name="logger">The log.</param>
    public static Action<string> GenerateLogger(ILog logger) => GenerateLogger(logger, ConsolePrinter.Print);

    /// <summary>A function that logs a message and prints it.</summary>
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

    internal static async ValueTask<Connection> AcceptClientAsync(
        IConnectionListener listener,
        ServerOptions options,
        ServerKey? serverKey,
        ServerCertificate? certificate,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        TransportConnection transport = await AcceptAsync(listener, cancellationToken).ConfigureAwait(false);
        while (!transport.TryOpen())
        {
            await transport.DisposeAsync().ConfigureAwait(false);
            transport = await AcceptAsync(listener, cancellationToken).ConfigureAwait(false);
        }

        return new Connection(transport, options, serverKey, time, certificate);
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
