using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using ServerLib.Protocol;

namespace ServerLib.Connections;

/// <summary>Reads what a client sends until it is logged in.</summary>
/// <param name="connection">The connection.</param>
/// <param name="settings">The server's settings.</param>
internal sealed class LoginReader(Connection connection, ConnectionSettings settings)
{
    /// <summary>How many pings and unknown frames are answered before the login.</summary>
    private const int MaxReplies = 64;

    private static readonly Parser<bool> PrefaceParser = static (_, buffer, out consumed, out isRead) =>
    {
        isRead = true;
        return CompactProtocol.TryReadPreface(buffer, out consumed);
    };

    private static readonly Parser<LoginRequest> CredentialsParser = static (protocol, buffer, out consumed, out request) =>
        protocol.TryReadCredentials(buffer, out consumed, out request);

    private static readonly Parser<RSA?> KeyParser = static (_, buffer, out consumed, out key) =>
        ClassicProtocol.TryReadKey(buffer, out consumed, out key);

    private int _replies;

    private delegate ReadStatus Parser<T>(IWireProtocol protocol, ReadOnlySpan<byte> buffer, out int consumed, out T result);

    /// <summary>Waits for a login. The first time it finds out which protocol the client speaks.</summary>
    /// <returns>The credentials; <see langword="null"/> if the connection has ended.</returns>
    public async ValueTask<Credentials?> ReadCredentialsAsync(CancellationToken cancellationToken)
    {
        if (connection.Link.Protocol is null && !await OpenAsync(cancellationToken).ConfigureAwait(false))
            return null;
        var (isRead, request) = await ReadAsync(CredentialsParser, cancellationToken).ConfigureAwait(false);
        if (!isRead || !AllowsLogin())
            return null;
        byte[]? proven = request.Key is { } claim ? await Task.Run(claim.Prove, cancellationToken).ConfigureAwait(false) : null;
        return new Credentials(request.Username, request.Password, connection.RemoteEndPoint)
        {
            Invitation = request.Invitation,
            ClientCertificateSubject = connection.ClientCertificateSubject,
            IsByKey = request.Key is not null,
            Resume = request.Resume,
            ProvenKey = proven,
            UnverifiedTicket = request.Ticket,
        };
    }

    /// <summary>Waits for a classic client's public key.</summary>
    /// <returns>The key; <see langword="null"/> if the connection has ended.</returns>
    public async ValueTask<RSA?> ReadKeyAsync(CancellationToken cancellationToken) =>
        (await ReadAsync(KeyParser, cancellationToken).ConfigureAwait(false)).Value;

    private async ValueTask<bool> OpenAsync(CancellationToken cancellationToken)
    {
        if (await new ProtocolNegotiator(connection, settings).NegotiateAsync(cancellationToken).ConfigureAwait(false) is not { } link)
            return false;
        if (link.Compact is not { } compact)
            return true;
        if (!(await ReadAsync(PrefaceParser, cancellationToken).ConfigureAwait(false)).IsRead || !AllowsLogin())
            return false;
        compact.WriteHello(link.Output);
        return true;
    }

    /// <summary>Refuses, in the client's protocol, a login that others could read on its way.</summary>
    private bool AllowsLogin()
    {
        ConnectionLink link = connection.Link;
        if (connection.Rules.Allows(link.IsSecure, link.IsLocal, settings.Options.Login))
            return true;
        link.Classic?.WriteLoginResult(link.Output, new LoginResult(LoginCode.Refused));
        connection.End(DisconnectReason.PlaintextRefused);
        return false;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<(bool IsRead, T Value)> ReadAsync<T>(Parser<T> parse, CancellationToken cancellationToken)
    {
        T value;
        while (!TryRead(parse, out value))
        {
            if (!await connection.Link.FillAsync(connection, cancellationToken).ConfigureAwait(false))
                return default;
        }

        return (true, value);
    }

    private bool TryRead<T>(Parser<T> parse, out T value)
    {
        ConnectionLink link = connection.Link;
        value = default!;
        while (connection.Reason == DisconnectReason.None)
        {
            ReadStatus status = parse(link.Protocol!, link.Input.Unread.Span, out int consumed, out value);
            if (status is ReadStatus.Complete or ReadStatus.Reply)
                link.Input.Consume(consumed);
            if (status == ReadStatus.Complete)
                return true;
            if (status == ReadStatus.Reply && ++_replies > MaxReplies)
                connection.End(DisconnectReason.OutOfTurn);
            if (!link.TryProceed(connection, status))
                return false;
        }

        return false;
    }
}
