using Microsoft.Data.Sqlite;
using ServerLib;

namespace SqliteAccounts;

/// <summary>The database of the shop.</summary>
internal sealed class ShopDatabase(string connectionString)
{
    /// <summary>Stands for the database that you already have: a table with two users, whose passwords have bcrypt hashes.</summary>
    public async Task CreateExampleAsync()
    {
        using Stream resource = typeof(ShopDatabase).Assembly.GetManifestResourceStream("shop.sql")!;
        using var script = new StreamReader(resource);
        await ExecuteAsync(await script.ReadToEndAsync(), CancellationToken.None);
    }

    /// <summary>Adds the keys by which the server compares names: 'ADA' and 'Ada' have the same. Fails if two users have the same key.</summary>
    public async Task AddNameKeysAsync()
    {
        const string FindColumn = "SELECT name FROM pragma_table_info('users') WHERE name = 'name_key'";
        if (await FindAsync(FindColumn, row => row.GetString(0), CancellationToken.None) is null)
            await ExecuteAsync("ALTER TABLE users ADD COLUMN name_key TEXT", CancellationToken.None);
        await ExecuteAsync(
            """
            UPDATE users SET name_key = user_name_key(name) WHERE name_key IS NULL;
            CREATE UNIQUE INDEX IF NOT EXISTS users_by_name_key ON users (name_key);
            """,
            CancellationToken.None);
    }

    /// <summary>Returns the first row of a query as <paramref name="read"/> reads it; <see langword="null"/> if there is none.</summary>
    public Task<T?> FindAsync<T>(
        string sql, Func<SqliteDataReader, T> read, CancellationToken cancellationToken, params (string Name, object Value)[] parameters)
        where T : class =>
        RunAsync(
            sql,
            command =>
            {
                using SqliteDataReader row = command.ExecuteReader();
                return row.Read() ? read(row) : null;
            },
            parameters,
            cancellationToken);

    /// <summary>Executes a statement, and returns how many rows it has changed.</summary>
    public Task<int> ExecuteAsync(string sql, CancellationToken cancellationToken, params (string Name, object Value)[] parameters) =>
        RunAsync(sql, command => command.ExecuteNonQuery(), parameters, cancellationToken);

    // SQLite has no asynchronous I/O. On the thread pool, a slow disk does not block the connections of the server.
    private Task<T> RunAsync<T>(
        string sql, Func<SqliteCommand, T> run, (string Name, object Value)[] parameters, CancellationToken cancellationToken) =>
        Task.Run(
            () =>
            {
                using var connection = new SqliteConnection(connectionString);
                connection.CreateFunction<string, string?>("user_name_key", UserName.Key);
                connection.Open();
                using SqliteCommand command = connection.CreateCommand();
                command.CommandText = sql;
                foreach ((string name, object value) in parameters)
                    command.Parameters.AddWithValue(name, value);
                return run(command);
            },
            cancellationToken);
}
