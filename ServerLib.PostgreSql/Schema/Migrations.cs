namespace ServerLib.PostgreSql.Schema;

/// <summary>All migrations, in order. A released one never changes.</summary>
internal static class Migrations
{
    /// <summary>The version of the schema that this version of the package uses.</summary>
    public static int Current => All[^1].Version;

    public static IReadOnlyList<Migration> All { get; } = [new(1, 1, AccountTables.Sql)];
}
