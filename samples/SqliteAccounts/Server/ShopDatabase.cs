using Microsoft.Data.Sqlite;

namespace SqliteAccounts;

/// <summary>The database of the shop.</summary>
internal sealed class ShopDatabase(string connectionString)
{
    /// <summary>Stands for the database that you already have: a table with two users, whose passwords have bcrypt hashes.</summary>
    public async Task CreateAsync()
    {
        using Stream resource = typeof(ShopDatabase).Assembly.GetManifestResourceStream("shop.sql")!;
        using var script = new StreamReader(resource);
        await ExecuteAsync(await script.ReadToEndAsync());
    }

    /// <summary>Returns the first row of a query as <paramref name="read"/> reads it; <see langword="null"/> if there is none.</summary>
    public Task<T?> FindAsync<T>(string sql, Func<SqliteDataReader, T> read, params (string Name, object Value)[] parameters)
        where T : class =>
        RunAsync(
            sql,
            command =>
            {
                using SqliteDataReader row = command.ExecuteReader();
                return row.Read() ? read(row) : null;
            },
            parameters);

    /// <summary>Executes a statement, and returns how many rows it has changed.</summary>
    public Task<int> ExecuteAsync(string sql, params (string Name, object Value)[] parameters) =>
        RunAsync(sql, command => command.ExecuteNonQuery(), parameters);

    // SQLite has no asynchronous I/O. On the thread pool, a slow disk does not block the connections of the server.
    private Task<T> RunAsync<T>(string sql, Func<SqliteCommand, T> run, (string Name, object Value)[] parameters) => Task.Run(() =>
    {
        using var connection = new SqliteConnection(connectionString);
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        foreach ((string name, object value) in parameters)
            command.Parameters.AddWithValue(name, value);
        return run(command);
    });
}
