using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using ServerLib.RateLimiting;

namespace ServerLib;

/// <summary>
/// When to refuse connections that have not logged in, as with sshd's <c>MaxStartups</c>. Below <paramref name="Start"/>, all are accepted.
/// From <paramref name="Start"/> on, <paramref name="Rate"/> percent are refused at random. The share grows until all are refused at
/// <paramref name="Full"/>. During a flood, most of the refused connections are then those of the flood. A fixed limit would refuse
/// everyone.
/// </summary>
/// <param name="Start">The number of connections from which on some are refused, 1 or more.</param>
/// <param name="Rate">The share of refused connections at <paramref name="Start"/>, in percent, 1 to 100.</param>
/// <param name="Full">The number of connections at which all are refused, <paramref name="Start"/> or more.</param>
[TypeConverter(typeof(RandomEarlyDropConverter))]
public readonly record struct RandomEarlyDrop(int Start, int Rate, int Full)
{
    internal const string Form =
        "START:RATE:FULL, such as 100:30:1000: from START (1 or more) on, RATE percent (1 to 100) are refused, and all from FULL on";

    internal bool IsValid => Start >= 1 && Rate is >= 1 and <= 100 && Full >= Start;

    /// <summary>Reads a text such as <c>100:30:1000</c>.</summary>
    /// <param name="text">Three numbers, digits only, with colons between them.</param>
    /// <param name="value">The values, if the text is valid.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, out RandomEarlyDrop value)
    {
        value = default;
        string[] parts = text?.Split(':') ?? [];
        if (parts.Length != 3 || !TryRead(parts[0], out int start) || !TryRead(parts[1], out int rate) || !TryRead(parts[2], out int full))
            return false;
        value = new RandomEarlyDrop(start, rate, full);
        return value.IsValid;

        static bool TryRead(string digits, out int number) => int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>Reads a text such as <c>100:30:1000</c>.</summary>
    /// <param name="text">Three numbers, digits only, with colons between them.</param>
    /// <exception cref="FormatException">The text is not valid.</exception>
    public static RandomEarlyDrop Parse(string text) =>
        TryParse(text, out RandomEarlyDrop value) ? value : throw new FormatException($"'{text}' is not {Form}");

    /// <summary>The form that <see cref="Parse"/> reads.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Start}:{Rate}:{Full}");

    /// <summary>Whether to refuse the next connection.</summary>
    /// <param name="current">The number of connections.</param>
    /// <param name="random">Returns a number from 0 up to, but not including, 1.</param>
    internal bool Drops(int current, Func<double> random)
    {
        if (current < Start)
            return false;
        if (current >= Full)
            return true;
        double share = Rate / 100.0;
        return random() < share + (1 - share) * (current - Start) / (Full - Start);
    }
}
