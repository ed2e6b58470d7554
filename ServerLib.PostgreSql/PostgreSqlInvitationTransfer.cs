using Npgsql;

namespace ServerLib.PostgreSql;

/// <summary>Adds invitations from other databases, and reads whole invitations.</summary>
internal sealed class PostgreSqlInvitationTransfer(PostgreSqlSource source) : IInvitationTransfer
{
    private const int PageSize = 100;

    private const string Sequence = "pg_get_serial_sequence('serverlib.invitations', 'number')";

    // An invitation that was created meanwhile has its number from the sequence.
    private const string HighestNumber =
        $"greatest(coalesce(pg_sequence_last_value({Sequence}::regclass), 0), coalesce((SELECT max(number) FROM serverlib.invitations), 0))";

    // One import at a time.
    private const string Lock =
        """
        SELECT pg_advisory_xact_lock(hashtext('serverlib.invitations'))
        """;

    private const string Add =
        $"""
        INSERT INTO serverlib.invitations (number, hash, created_at, expires_at, taken_by, taken_at) OVERRIDING SYSTEM VALUE
        SELECT @number, @hash, @created_at, @expires_at::bigint, @taken_by::text, @taken_at::bigint
        WHERE @number > {HighestNumber}
        ON CONFLICT DO NOTHING
        """;

    private const string IsSame =
        """
        SELECT 1 FROM serverlib.invitations WHERE number = @number AND hash = @hash
        """;

    // Never back, so that no number is used twice.
    private const string UseNumbers =
        $"""
        SELECT setval({Sequence}, number) FROM (SELECT greatest(@number, {HighestNumber}) AS number) AS highest
        WHERE number > coalesce(pg_sequence_last_value({Sequence}::regclass), 0)
        """;

    private const string ReadHighest = $"SELECT {HighestNumber}";

    private const string ReadAfter =
        """
        SELECT number, hash, created_at, expires_at, taken_by, taken_at FROM serverlib.invitations
        WHERE number > @after ORDER BY number LIMIT @count
        """;

    public async ValueTask<IReadOnlyList<InvitationAddition>> AddInvitationsAsync(
        IReadOnlyList<InvitationRecord> invitations, long lastNumber = 0, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(invitations);
        ArgumentOutOfRangeException.ThrowIfNegative(lastNumber);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lastNumber, InvitationRecord.MaxNumber);
        var results = new List<InvitationAddition>(invitations.Count);
        foreach (InvitationRecord[] chunk in invitations.Chunk(PageSize))
            results.AddRange(await RunAsync(chunk, 0, cancellationToken).ConfigureAwait(false));
        await RunAsync([], lastNumber, cancellationToken).ConfigureAwait(false);
        return results;
    }

    public async ValueTask<InvitationPage> ReadInvitationsAsync(int count, long after = 0, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        int limit = Math.Min(count, PageSize);
        return await source.ReadAsync(
            async (connection, token) =>
            {
                List<InvitationRecord> page = await connection.Command(ReadAfter, ("after", after), ("count", limit)).ReadAsync(Read, token)
                    .ConfigureAwait(false);
                List<long> highest = await connection.Command(ReadHighest).ReadAsync(reader => reader.GetInt64(0), token).ConfigureAwait(false);
                return new InvitationPage(page, page.Count < limit, highest.Single());
            },
            cancellationToken).ConfigureAwait(false);
    }

    private Task<List<InvitationAddition>> RunAsync(InvitationRecord[] chunk, long lastNumber, CancellationToken cancellationToken) =>
        source.RunAsync(
            async (connection, token) =>
            {
                NpgsqlTransaction transaction = await connection.BeginTransactionAsync(token).ConfigureAwait(false);
                await using (transaction.ConfigureAwait(false))
                {
                    await connection.Command(Lock).ExecuteAsync(token).ConfigureAwait(false);
                    List<InvitationAddition> results = [];
                    foreach (InvitationRecord invitation in chunk)
                        results.Add(await AddAsync(connection, invitation, token).ConfigureAwait(false));
                    await connection.Command(UseNumbers, ("number", lastNumber)).ExecuteAsync(token).ConfigureAwait(false);
                    await transaction.CommitAsync(token).ConfigureAwait(false);
                    return results;
                }
            },
            cancellationToken);

    private static async Task<InvitationAddition> AddAsync(
        NpgsqlConnection connection, InvitationRecord invitation, CancellationToken cancellationToken)
    {
        if (invitation.FindProblem() is { } problem)
            return new InvitationAddition(false, problem);
        byte[] hash = Convert.FromHexString(invitation.CodeHash);
        NpgsqlCommand add = connection.Command(
            Add,
            ("number", invitation.Number),
            ("hash", hash),
            ("created_at", invitation.CreatedAt.UtcTicks),
            ("expires_at", StoredTime.From(invitation.ExpiresAt)),
            ("taken_by", invitation.TakenBy is { } name ? StoredText.From(name) : null),
            ("taken_at", StoredTime.From(invitation.TakenAt)));
        if (await add.ExecuteAsync(cancellationToken).ConfigureAwait(false) == 1)
            return new InvitationAddition(true);
        List<int> same = await connection.Command(IsSame, ("number", invitation.Number), ("hash", hash))
            .ReadAsync(reader => reader.GetInt32(0), cancellationToken).ConfigureAwait(false);
        return new InvitationAddition(false, same.Count > 0 ? null : "this server has used its number, or a higher one, already");
    }

    private static InvitationRecord Read(NpgsqlDataReader reader) => new()
    {
        Number = reader.GetInt64(0),
        CodeHash = Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(1)),
        CreatedAt = StoredTime.Read(reader.GetInt64(2)),
        ExpiresAt = StoredTime.Read(reader.GetNullableInt64(3)),
        TakenBy = reader.IsDBNull(4) ? null : reader.GetString(4),
        TakenAt = StoredTime.Read(reader.GetNullableInt64(5)),
    };
}
