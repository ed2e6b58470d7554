using System.Globalization;

namespace ServerLib.Administration.Commands;

/// <summary>How long something is, as an admin types it: <c>90s</c>, <c>30m</c>, <c>12h</c>, <c>7d</c>, <c>2w</c>.</summary>
internal static class Duration
{
    /// <summary>Reads one; none is too long.</summary>
    /// <returns>Whether it is one, <c>0s</c> included.</returns>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        if (text.Length < 2 || !uint.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out uint count))
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
