using System.Text;

namespace ServerLib.PostgreSql;

/// <summary>The form of a name in which accounts are found.</summary>
internal static class AccountKey
{
    // The limit of LiteDB, so that accounts can move between both. PostgreSQL could index more.
    private const int MaxBytes = 1_000;

    /// <returns><see langword="null"/> if no account can have this name.</returns>
    public static string? Of(string username)
    {
        ArgumentNullException.ThrowIfNull(username);

        // PostgreSQL stores no zero characters.
        return username.Length <= MaxBytes && !username.Contains('\0', StringComparison.Ordinal)
            && UserName.Key(username) is { Length: > 0 } key && Encoding.UTF8.GetByteCount(key) <= MaxBytes ? key : null;
    }

    /// <summary>The key to look for. No account has an empty one, so any name takes as long as any other.</summary>
    public static string ToFind(string username) => Of(username) ?? "";
}
