using System.Security.Cryptography;
using Npgsql;
using ServerLib.Accounts;

namespace ServerLib.PostgreSql;

/// <summary>Invitations to register.</summary>
internal sealed class PostgreSqlInvitations(PostgreSqlSource source, IPasswordHasher hasher, AuditTrail? audit)
{
    private const int MaxUnused = 10_000;
    private static readonly TimeSpan Retention = TimeSpan.FromDays(30);

    private const string IsOpen = "taken_at IS NULL AND (expires_at IS NULL OR expires_at > @now)";

    // Only if the clock of the database agrees: a wrong clock of a server must not delete anything.
    private const string DeleteOld =
        """
        DELETE FROM serverlib.invitations
        WHERE greatest(taken_at, expires_at) < @long_ago AND (taken_at IS NOT NULL OR expires_at <= @now)
            AND greatest(taken_at, expires_at) < 621355968000000000 + (extract(epoch FROM now() - interval '30 days') * 10000000)::bigint
        """;

    private const string CountUnused = $"SELECT count(*) FROM serverlib.invitations WHERE {IsOpen}";

    // The code contains the number, so the number is taken first. It is never used again.
    private const string TakeNumber =
        """
        SELECT nextval(pg_get_serial_sequence('serverlib.invitations', 'number'))
        """;

    private const string Add =
        """
        INSERT INTO serverlib.invitations (number, hash, created_at, expires_at) OVERRIDING SYSTEM VALUE
        VALUES (@number, @hash, @now, @expires_at::bigint)
        """;

    private const string Withdraw =
        """
        DELETE FROM serverlib.invitations WHERE number = @number AND taken_at IS NULL
        """;

    private const string ReadAll =
        """
        SELECT number, created_at, expires_at, taken_by FROM serverlib.invitations ORDER BY number
        """;

    private const string FindHash = $"SELECT hash FROM serverlib.invitations WHERE number = @number AND {IsOpen}";

    // The lock lets one of several servers that use the code at once. If the name is taken, the invitation stays unused.
    private const string Use =
        $"""
        WITH invitation AS (
            SELECT number FROM serverlib.invitations
            WHERE number = @number AND hash = @hash AND {IsOpen}
            FOR UPDATE
        ), account AS (
            INSERT INTO serverlib.accounts (key, name, password_hash, password_set_at, registered_at, registered_from)
            SELECT @key, @name, @password_hash, @now, @now, @address FROM invitation
            ON CONFLICT (key) DO NOTHING
            RETURNING id
        )
        UPDATE serverlib.invitations SET taken_by = @name, taken_at = @now
        FROM account
        WHERE number = @number
        """;

    public async ValueTask<(UserInvitation Invitation, string Code)> InviteAsync(TimeSpan? lifetime, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lifetime ?? TimeSpan.MaxValue, TimeSpan.Zero, nameof(lifetime));
        long now = source.Now;
        long? expiresAt = lifetime is { } time ? now + Math.Min(time.Ticks, DateTimeOffset.MaxValue.Ticks - now) : null;
        (long number, string code) = await source.RunAsync((connection, token) => AddAsync(connection, now, expiresAt, token), cancellationToken)
            .ConfigureAwait(false);
        return (new UserInvitation(number, StoredTime.Read(now), StoredTime.Read(expiresAt), null), code);
    }

    public async ValueTask<bool> WithdrawInvitationAsync(long number, CancellationToken cancellationToken) =>
        await source.RunAsync(
            async (connection, token) =>
                await connection.Command(Withdraw, ("number", number)).ExecuteAsync(token).ConfigureAwait(false) == 1,
            cancellationToken).ConfigureAwait(false);

    public async ValueTask<IReadOnlyList<UserInvitation>> ListInvitationsAsync(CancellationToken cancellationToken) =>
        await source.ReadAsync(
            (connection, token) => connection.Command(ReadAll).ReadAsync(
                reader => new UserInvitation(
                    reader.GetInt64(0),
                    StoredTime.Read(reader.GetInt64(1)),
                    StoredTime.Read(reader.GetNullableInt64(2)),
                    reader.IsDBNull(3) ? null : reader.GetString(3)),
                token),
            cancellationToken).ConfigureAwait(false);

    public async ValueTask<bool> IsInvitedAsync(string code, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(code);
        (long number, byte[] hash) = InvitationCode.Parse(code);
        List<byte[]> found = await source.ReadAsync(
            (connection, token) => connection.Command(FindHash, ("number", number), ("now", source.Now))
                .ReadAsync(reader => reader.GetFieldValue<byte[]>(0), token),
            cancellationToken).ConfigureAwait(false);
        byte[] expected = found.SingleOrDefault() ?? new byte[SHA256.HashSizeInBytes];
        return CryptographicOperations.FixedTimeEquals(hash, expected) && found.Count > 0;
    }

    public async ValueTask<LoginResult> CreateInvitedUserAsync(Credentials credentials, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        if (UserName.FindProblem(credentials.Username) is { } rule)
            return LoginResult.Refused(rule);
        try
        {
            if (AccountKey.Of(credentials.Username) is not { } key)
                return new LoginResult(LoginCode.Failure);
            if (await hasher.HashAsync(credentials.Password, cancellationToken: cancellationToken).ConfigureAwait(false) is not { } passwordHash)
                return new LoginResult(LoginCode.Busy);
            (long number, byte[] hash) = InvitationCode.Parse(credentials.Invitation ?? "");
            string address = StoredText.From(credentials.Address);
            int used = await source.RunAsync(
                (connection, token) => connection.Command(
                    Use,
                    ("number", number),
                    ("hash", hash),
                    ("now", source.Now),
                    ("key", key),
                    ("name", credentials.Username),
                    ("password_hash", passwordHash),
                    ("address", address)).ExecuteAsync(token),
                cancellationToken).ConfigureAwait(false);
            if (used == 0)
                return new LoginResult(LoginCode.Failure);
            audit?.Write(AuditEvent.Registered, credentials.Username, address, detail: $"invitation {number}");
            return LoginResult.Ok(credentials.Username);
        }
        catch (ServerLibException)
        {
            return new LoginResult(LoginCode.Busy);
        }
    }

    private static async Task<(long Number, string Code)> AddAsync(
        NpgsqlConnection connection, long now, long? expiresAt, CancellationToken cancellationToken)
    {
        await connection.Command(DeleteOld, ("now", now), ("long_ago", now - Retention.Ticks)).ExecuteAsync(cancellationToken).ConfigureAwait(false);
        if (await ReadNumberAsync(connection.Command(CountUnused, ("now", now)), cancellationToken).ConfigureAwait(false) >= MaxUnused)
            throw new ServerLibException($"There are already {MaxUnused} unused invitations. Withdraw some of them first.");
        long number = await ReadNumberAsync(connection.Command(TakeNumber), cancellationToken).ConfigureAwait(false);
        string code = InvitationCode.Create(number);
        await connection.Command(
            Add,
            ("number", number),
            ("hash", InvitationCode.Parse(code).Hash),
            ("now", now),
            ("expires_at", expiresAt)).ExecuteAsync(cancellationToken).ConfigureAwait(false);
        return (number, code);
    }

    private static async Task<long> ReadNumberAsync(NpgsqlCommand command, CancellationToken cancellationToken) =>
        (await command.ReadAsync(reader => reader.GetInt64(0), cancellationToken).ConfigureAwait(false)).Single();
}
