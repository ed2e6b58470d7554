using System.Globalization;

namespace ServerLib.Diagnostics;

/// <summary>Times as admins see them.</summary>
internal static class LocalTime
{
    /// <returns>The local time with its offset from UTC: <c>2026-11-25 18:30:00 +01:00</c>.</returns>
    public static string Show(this TimeProvider time, DateTimeOffset moment) =>
        TimeZoneInfo.ConvertTime(moment, time.LocalTimeZone).ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);
}
