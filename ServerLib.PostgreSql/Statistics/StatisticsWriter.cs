using System.Text.Json;
using Npgsql;

namespace ServerLib.PostgreSql.Statistics;

/// <summary>Writes batches of statistics. It tells the database that this server is alive, too.</summary>
/// <param name="node">The number of this server, which is another one after each start.</param>
internal sealed class StatisticsWriter(Guid node)
{
    // Nothing here must survive a crash.
    private const string Relax =
        """
        SET LOCAL synchronous_commit TO off
        """;

    // No row means that the batch was written before: its commit succeeded, but the answer was lost.
    private const string Begin =
        """
        INSERT INTO serverlib.nodes AS node (id, seen_at, batch) VALUES (@node, now(), @batch)
        ON CONFLICT (id) DO UPDATE SET seen_at = now(), batch = @batch WHERE node.batch < @batch
        RETURNING xmax = 0
        """;

    // Sorted, so that two servers do not wait for each other.
    private const string Accounts =
        """
        INSERT INTO serverlib.account_statistics AS s
            (account_id, attempts, attempt_count, logons, logon_count, active_address, broadcasts)
        SELECT a.id, c.attempts, c.attempt_count, c.logons, c.logon_count, coalesce(c.active_address, ''), c.broadcasts
        FROM jsonb_to_recordset(@changes::jsonb) AS c
            (key text, id bigint, attempts text[], attempt_count bigint, logons text[], logon_count bigint, active_address text, broadcasts bigint)
        JOIN serverlib.accounts AS a ON a.key = c.key AND a.id = coalesce(c.id, a.id)
        ORDER BY a.id
        ON CONFLICT (account_id) DO UPDATE SET
            attempts = (s.attempts || excluded.attempts)[greatest(1, cardinality(s.attempts || excluded.attempts) - 99):],
            attempt_count = s.attempt_count + excluded.attempt_count,
            logons = (s.logons || excluded.logons)[greatest(1, cardinality(s.logons || excluded.logons) - 99):],
            logon_count = s.logon_count + excluded.logon_count,
            broadcasts = s.broadcasts + excluded.broadcasts
        """;

    private const string ActiveAddresses =
        """
        UPDATE serverlib.account_statistics AS s SET active_address = c.active_address
        FROM jsonb_to_recordset(@changes::jsonb) AS c (key text, id bigint, active_address text)
        JOIN serverlib.accounts AS a ON a.key = c.key AND a.id = coalesce(c.id, a.id)
        WHERE s.account_id = a.id AND c.active_address IS NOT NULL AND s.active_address <> c.active_address
        """;

    private const string UsedKeys =
        """
        UPDATE serverlib.account_keys AS k SET last_used_at = greatest(k.last_used_at, used.value::bigint)
        FROM jsonb_to_recordset(@changes::jsonb) AS c (id bigint, used_keys jsonb), jsonb_each_text(c.used_keys) AS used
        WHERE k.account_id = c.id AND k.fingerprint = used.key
        """;

    private const string Hashes =
        """
        UPDATE serverlib.accounts AS a SET password_hash = c.new_hash
        FROM jsonb_to_recordset(@changes::jsonb) AS c (id bigint, old_hash text, new_hash text)
        WHERE a.id = c.id AND a.password_hash = c.old_hash AND c.new_hash IS NOT NULL
        """;

    private const string Active =
        """
        INSERT INTO serverlib.active_connections AS s (account_id, node_id, count)
        SELECT a.id, @node, c.count
        FROM jsonb_to_recordset(@active::jsonb) AS c (key text, count bigint)
        JOIN serverlib.accounts AS a ON a.key = c.key
        ORDER BY a.id
        ON CONFLICT (account_id, node_id) DO UPDATE SET count = excluded.count
        """;

    private const string Ended =
        """
        DELETE FROM serverlib.active_connections WHERE node_id = @node AND count = 0
        """;

    // Not at once: a server that was only unreachable sends its last batch again.
    private const string ForgetDeadNodes =
        """
        DELETE FROM serverlib.nodes WHERE seen_at < now() - interval '1 day'
        """;

    private const string Remove =
        """
        DELETE FROM serverlib.nodes WHERE id = @node
        """;

    /// <summary>Writes a batch in one transaction, unless it was written before.</summary>
    /// <returns>Whether the database did not know this server: it was new, or not seen for long.</returns>
    public async Task<bool> WriteAsync(NpgsqlConnection connection, StatisticsBatch batch, CancellationToken cancellationToken)
    {
        NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            await connection.Command(Relax).ExecuteAsync(cancellationToken).ConfigureAwait(false);
            List<bool> begun = await connection.Command(Begin, ("node", node), ("batch", batch.Number))
                .ReadAsync(reader => reader.GetBoolean(0), cancellationToken).ConfigureAwait(false);
            if (begun.Count > 0)
                await WriteAsync(connection, Commands(batch), cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            return begun is [true];
        }
    }

    /// <summary>Removes this server. Its connections count as logged off.</summary>
    public Task RemoveAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.Command(Remove, ("node", node)).ExecuteAsync(cancellationToken);

    private List<NpgsqlBatchCommand> Commands(StatisticsBatch batch)
    {
        List<NpgsqlBatchCommand> commands = [new NpgsqlBatchCommand(ForgetDeadNodes)];
        if (batch.Accounts.Count > 0)
        {
            string changes = JsonSerializer.Serialize(batch.Accounts, StatisticsJson.Default.IReadOnlyListAccountChanges);
            commands.AddRange(((string[])[Accounts, ActiveAddresses, UsedKeys, Hashes]).Select(sql => Create(sql, ("changes", changes))));
        }

        if (batch.Active.Count > 0)
        {
            string active = JsonSerializer.Serialize(batch.Active, StatisticsJson.Default.IReadOnlyListActiveCount);
            commands.Add(Create(Active, ("active", active), ("node", node)));
            commands.Add(Create(Ended, ("node", node)));
        }

        return commands;
    }

    private static async Task WriteAsync(NpgsqlConnection connection, List<NpgsqlBatchCommand> commands, CancellationToken cancellationToken)
    {
        var batch = new NpgsqlBatch(connection);
        await using (batch.ConfigureAwait(false))
        {
            foreach (NpgsqlBatchCommand command in commands)
                batch.BatchCommands.Add(command);
            await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static NpgsqlBatchCommand Create(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach ((string name, object value) in parameters)
            command.Parameters.AddWithValue(name, value);
        return command;
    }
}
