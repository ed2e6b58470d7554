using System.Globalization;

namespace ServerLib.Host;

/// <summary>How long something is to last, as an admin types it: <c>90m</c>, <c>12h</c>, <c>7d</c>.</summary>
internal static class Lifetime
{
    public const string Usage = "a number of minutes, hours or days, such as 90m, 12h or 7d, of at most ten years";

    private static readonly TimeSpan Longest = TimeSpan.FromDays(3_650);

    public static TimeSpan? Parse(string text)
    {
        if (text.Length < 2 || !uint.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out uint number))
            return null;
        long seconds = text[^1] switch
        {
            'm' => number * 60L,
            'h' => number * 3_600L,
            'd' => number * 86_400L,
            _ => 0,
        };
        return seconds > 0 && seconds <= Longest.TotalSeconds ? TimeSpan.FromSeconds(seconds) : null;
    }
}
