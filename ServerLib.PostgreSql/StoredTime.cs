namespace ServerLib.PostgreSql;

/// <summary>
/// Times as they are stored: in ticks of UTC, as .NET counts them. A <c>timestamptz</c> would drop the last digit, and an export after an import
/// would differ.
/// </summary>
internal static class StoredTime
{
    public static long? From(DateTimeOffset? time) => time?.UtcTicks;

    public static DateTimeOffset Read(long ticks) => new(Math.Clamp(ticks, 0, DateTimeOffset.MaxValue.UtcTicks), TimeSpan.Zero);

    public static DateTimeOffset? Read(long? ticks) => ticks is { } known ? Read(known) : null;
}
