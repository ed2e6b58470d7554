namespace ServerLib.Administration.Commands;

/// <summary>Numbers in sentences.</summary>
internal static class Count
{
    /// <returns><c>1 connection</c>, <c>2 connections</c>.</returns>
    public static string Of(long number, string one, string? many = null) => number == 1 ? $"1 {one}" : $"{number} {many ?? one + "s"}";

    /// <returns><c>; 2 connections ended</c>; empty if none were.</returns>
    public static string EndedConnections(int number) => number == 0 ? "" : $"; {Of(number, "connection")} ended";
}
