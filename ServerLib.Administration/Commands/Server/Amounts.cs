using System.Globalization;

namespace ServerLib.Administration;

/// <summary>Writes numbers so that they fit a narrow column.</summary>
internal static class Amounts
{
    /// <summary>A number, such as <c>950</c>, <c>12.3k</c> or <c>4.5M</c>.</summary>
    public static string Count(double number) => Scale(number, 1000, "", "k", "M", "G");

    /// <summary>A number of bytes, such as <c>950 B</c> or <c>12.3 KiB</c>.</summary>
    public static string Bytes(double number) => Scale(number, 1024, " B", " KiB", " MiB", " GiB");

    /// <summary>A time, such as <c>45 s</c> or <c>12 min</c>.</summary>
    public static string Time(TimeSpan time) => time < TimeSpan.FromMinutes(2)
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Round(time.TotalSeconds)} s")
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Round(time.TotalMinutes)} min");

    private static string Scale(double number, double step, params ReadOnlySpan<string> units)
    {
        int unit = 0;
        while (Math.Abs(number) >= step && unit < units.Length - 1)
        {
            number /= step;
            unit++;
        }

        // One digit after the point, unless the number is whole or large.
        string format = Math.Abs(number) >= 100 || number == Math.Round(number) ? "0" : "0.0";
        return number.ToString(format, CultureInfo.InvariantCulture) + units[unit];
    }
}
