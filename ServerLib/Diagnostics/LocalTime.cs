using System.Globalization;

namespace ServerLib.Diagnostics;

/// <summary>Times as admins are shown them.</summary>
internal static class LocalTime
{
    /// <returns><c>2026-11-25 18:30:00 +01:00</c>: the local time, and how far it is from UTC.</returns>
    public static string Show(this TimeProvider time, DateTimeOffset moment) =>
        TimeZoneInfo.ConvertTime(moment, time.LocalTimeZone).ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);
}
