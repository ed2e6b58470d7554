namespace ServerLib.Administration.Export;

/// <summary>Times that some databases store in milliseconds.</summary>
internal static class ExportTime
{
    public static DateTimeOffset ToMilliseconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
}
