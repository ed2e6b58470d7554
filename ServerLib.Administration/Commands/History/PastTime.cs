using System.Globalization;
using ServerLib.Administration.Commands;

namespace ServerLib.Administration.Commands;

/// <summary>Times in the past as an admin writes them: a duration ago, or a local date with or without a time.</summary>
internal static class PastTime
{
    public const string Allowed = "a duration ago such as 30s, 15m, 1h or 7d, or a local date such as 2026-11-25 or 2026-11-25T18:30";

    private static readonly string[] Formats =
        ["yyyy-MM-dd", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH:mm:ss"];

    public static bool TryParse(string text, TimeProvider time, out DateTimeOffset result)
    {
        if (DurationText.TryParse(text, out TimeSpan ago))
        {
            DateTimeOffset now = time.GetUtcNow();
            result = ago < now - DateTimeOffset.MinValue ? now - ago : DateTimeOffset.MinValue;
            return true;
        }

        result = default;
        if (!DateTime.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime local))
            return false;
        try
        {
            result = new DateTimeOffset(local, time.LocalTimeZone.GetUtcOffset(local));
            return true;
        }
        catch (ArgumentOutOfRangeException)
        {
            // In UTC, it would be before the year 1.
            return false;
        }
    }
}
