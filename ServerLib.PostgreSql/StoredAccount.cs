using Npgsql;

namespace ServerLib.PostgreSql;

/// <summary>An account without its statistics and keys.</summary>
/// <param name="Id">The account's number. An account that is added later under the same name has another one.</param>
/// <param name="Key">The name in the form in which names are compared.</param>
/// <param name="Name">The name as registered.</param>
/// <param name="PasswordHash">The hash of the password.</param>
/// <param name="PasswordSetAt">When the password was set. No two passwords of an account have the same time.</param>
/// <param name="IsAdmin">Whether the user can send admin commands.</param>
/// <param name="IsLocked">Whether logins fail.</param>
/// <param name="Stamp">The security stamp.</param>
/// <param name="RegisteredAt">When the account was added.</param>
/// <param name="RegisteredFrom">The address of the client that registered the account; empty if unknown.</param>
internal sealed record StoredAccount(
    long Id,
    string Key,
    string Name,
    string PasswordHash,
    long? PasswordSetAt,
    bool IsAdmin,
    bool IsLocked,
    Guid Stamp,
    long? RegisteredAt,
    string RegisteredFrom)
{
    /// <summary>The columns that <see cref="Read"/> reads, of a table <c>a</c>.</summary>
    public const string Columns =
        "a.id, a.key, a.name, a.password_hash, a.password_set_at, a.is_admin, a.is_locked, a.stamp, a.registered_at, a.registered_from";

    /// <summary>How many columns these are.</summary>
    public const int ColumnCount = 10;

    private const string Select = $"SELECT {Columns} FROM serverlib.accounts AS a WHERE a.key = @key";

    public static StoredAccount Read(NpgsqlDataReader reader) => new(
        reader.GetInt64(0),
        reader.GetString(1),
        reader.GetString(2),
        reader.GetString(3),
        reader.GetNullableInt64(4),
        reader.GetBoolean(5),
        reader.GetBoolean(6),
        reader.GetGuid(7),
        reader.GetNullableInt64(8),
        reader.GetString(9));

    /// <summary>Finds an account by its name.</summary>
    public static Task<StoredAccount?> FindAsync(PostgreSqlSource source, string username, CancellationToken cancellationToken)
    {
        string key = AccountKey.ToFind(username);
        return source.ReadAsync(
            async (connection, token) =>
                (await connection.Command(Select, ("key", key)).ReadAsync(Read, token).ConfigureAwait(false)).SingleOrDefault(),
            cancellationToken);
    }

    public UserAccount ToAccount() => new(Name, IsAdmin, IsLocked, StoredTime.Read(RegisteredAt), StoredTime.Read(PasswordSetAt));
}
