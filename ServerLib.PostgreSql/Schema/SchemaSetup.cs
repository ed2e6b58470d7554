using System.Globalization;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ServerLib.PostgreSql.Schema;

/// <summary>
/// Creates and migrates the schema when a server starts. One server does so at a time; the others wait. A server refuses a schema that is too new
/// for it: one whose minimum version is above its own.
/// </summary>
/// <remarks>
/// Servers of two adjacent versions work side by side: the new one migrates the schema when it starts, and the old one goes on, because a
/// migration only adds what the old one does not need. So servers can be updated one after the other.
/// </remarks>
internal static class SchemaSetup
{
    // Any number that no other application uses in the same database.
    private const long LockId = 0x5365727665724c69;

    private const string FindSchema =
        """
        SELECT to_regclass('serverlib.schema_version') IS NOT NULL
        """;

    private const string ReadVersion =
        """
        SELECT version, minimum_version FROM serverlib.schema_version
        """;

    private const string CreateVersion =
        """
        CREATE SCHEMA IF NOT EXISTS serverlib;
        CREATE TABLE IF NOT EXISTS serverlib.schema_version (version integer NOT NULL, minimum_version integer NOT NULL);
        INSERT INTO serverlib.schema_version SELECT 0, 0 WHERE NOT EXISTS (SELECT FROM serverlib.schema_version);
        """;

    private const string SetVersion =
        """
        UPDATE serverlib.schema_version SET version = @version, minimum_version = @minimum_version
        """;

    /// <summary>Brings the schema to the current version. Blocks.</summary>
    /// <exception cref="ServerLibException">The schema is too new.</exception>
    public static void Run(NpgsqlConnection connection, ILogger logger)
    {
        // Without rights to change the schema, a server can still use one that is current.
        if (Exists(connection) && IsCurrent(connection))
            return;
        using NpgsqlTransaction transaction = connection.BeginTransaction();
        Execute(connection, string.Create(CultureInfo.InvariantCulture, $"SELECT pg_advisory_xact_lock({LockId})"));
        Execute(connection, CreateVersion);
        if (!IsCurrent(connection))
            Migrate(connection, logger);
        transaction.Commit();
    }

    private static void Migrate(NpgsqlConnection connection, ILogger logger)
    {
        (int version, _) = Read(connection);
        foreach (Migration migration in Migrations.All.Where(migration => migration.Version > version))
        {
            Execute(connection, migration.Sql);
            using NpgsqlCommand set = connection.Command(
                SetVersion, ("version", migration.Version), ("minimum_version", migration.MinimumVersion));
            set.ExecuteNonQuery();
        }

        PostgreSqlEvents.Migrated(logger, Migrations.Current);
    }

    private static bool Exists(NpgsqlConnection connection)
    {
        using NpgsqlCommand find = connection.Command(FindSchema);
        return find.ExecuteScalar() is true;
    }

    private static bool IsCurrent(NpgsqlConnection connection)
    {
        (int version, int minimum) = Read(connection);
        if (minimum > Migrations.Current)
        {
            throw new ServerLibException(string.Create(
                CultureInfo.InvariantCulture,
                $"The database has version {version} of the schema, which needs a newer version of this program. This one knows version {Migrations.Current}. Update it."));
        }

        return version >= Migrations.Current;
    }

    private static (int Version, int Minimum) Read(NpgsqlConnection connection)
    {
        using NpgsqlCommand read = connection.Command(ReadVersion);
        using NpgsqlDataReader reader = read.ExecuteReader();
        return reader.Read() ? (reader.GetInt32(0), reader.GetInt32(1)) : (0, 0);
    }

    private static void Execute(NpgsqlConnection connection, string sql)
    {
        using NpgsqlCommand command = connection.Command(sql);

        // A migration of many accounts takes its time, and other servers wait for it.
        command.CommandTimeout = 0;
        command.ExecuteNonQuery();
    }
}
