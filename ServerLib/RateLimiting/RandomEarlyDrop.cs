using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ServerLib.RateLimiting;

/// <summary>
/// How many may be in before some are turned away, and before all are, as sshd's <c>MaxStartups</c>: up to <paramref name="Start"/>
/// nobody, from there on <paramref name="Rate"/> per cent, growing to all at <paramref name="Full"/>. Who floods the server so hits
/// himself more often than others, where a fixed number would shut everyone out.
/// </summary>
internal readonly record struct RandomEarlyDrop(int Start, int Rate, int Full)
{
    /// <summary>What <see cref="TryParse"/> takes, in words.</summary>
    public const string Form =
        "START:RATE:FULL, such as 100:30:1000: from START (1 or more) on, RATE per cent (1 to 100) are refused, and all from FULL on";

    /// <summary>Reads <c>100:30:1000</c>; digits only.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out RandomEarlyDrop value)
    {
        value = default;
        string[] parts = text?.Split(':') ?? [];
        if (parts.Length != 3 || !TryRead(parts[0], out int start) || !TryRead(parts[1], out int rate) || !TryRead(parts[2], out int full))
            return false;
        value = new RandomEarlyDrop(start, rate, full);
        return start >= 1 && rate is >= 1 and <= 100 && full >= start;

        static bool TryRead(string digits, out int number) => int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>Reads what the options' check has let pass.</summary>
    /// <exception cref="FormatException">It has not been checked.</exception>
    public static RandomEarlyDrop Parse(string text) =>
        TryParse(text, out RandomEarlyDrop value) ? value : throw new FormatException($"'{text}' is not {Form}");

    /// <summary>Whether the next one is turned away.</summary>
    /// <param name="inside">How many are in.</param>
    /// <param name="random">A number from 0 up to, but not including, 1.</param>
    public bool Drops(int inside, Func<double> random)
    {
        if (inside < Start)
            return false;
        if (inside >= Full)
            return true;
        double share = Rate / 100.0;
        return random() < share + (1 - share) * (inside - Start) / (Full - Start);
    }
}
