namespace ServerLib.PostgreSql.Schema;

/// <summary>A step from one version of the schema to the next.</summary>
/// <param name="Version">The version that the schema has afterwards.</param>
/// <param name="MinimumVersion">
/// The oldest version whose servers can work with the schema afterwards. It is one less than <paramref name="Version"/>, because a migration only
/// adds: tables, and columns that can be missing or have a default. What a version no longer needs, the version after it removes.
/// </param>
/// <param name="Sql">The statements.</param>
internal sealed record Migration(int Version, int MinimumVersion, string Sql);
