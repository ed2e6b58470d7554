using System.Globalization;

namespace ServerLib;

/// <summary>
/// Durations as text, in options, commands and command lines: <c>90s</c>, <c>30m</c>, <c>12h</c>, <c>7d</c>, <c>2w</c>, or
/// <c>[d.]hh:mm:ss</c> as in .NET.
/// </summary>
public static class DurationText
{
    /// <summary>Parses a duration. A number without a unit is not a duration.</summary>
    /// <param name="text">The text.</param>
    /// <param name="duration">The duration; the longest <see cref="TimeSpan"/> in whole seconds if the text has a larger number.</param>
    /// <returns>Whether the text is a duration.</returns>
    public static bool TryParse(string? text, out TimeSpan duration)
    {
        duration = default;
        if (text is null)
            return false;

        // TimeSpan.TryParse reads 25:00:00 as 25 days.
        if (text.Contains(':'))
            return TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out duration);
        if (text.Length < 2 || !uint.TryParse(text.AsSpan(..^1), NumberStyles.None, CultureInfo.InvariantCulture, out uint count))
            return false;
        long unit = text[^1] switch
        {
            's' => 1,
            'm' => 60,
            'h' => 60 * 60,
            'd' => 24 * 60 * 60,
            'w' => 7 * 24 * 60 * 60,
            _ => 0,
        };
        duration = TimeSpan.FromSeconds(Math.Min(count * unit, (long)TimeSpan.MaxValue.TotalSeconds));
        return unit > 0;
    }
}
