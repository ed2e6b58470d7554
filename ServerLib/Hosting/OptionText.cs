using System.ComponentModel;
using System.Globalization;

namespace ServerLib.Hosting;

/// <summary>Values of options as text.</summary>
internal static class OptionText
{
    public static bool TryConvert(string text, Type type, out object? value)
    {
        value = text;
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string))
            return true;
        if (type == typeof(TimeSpan))
        {
            bool isDuration = DurationText.TryParse(text, out TimeSpan duration);
            value = duration;
            return isDuration;
        }

        if (!IsPlain(text, type))
            return false;
        try
        {
            value = TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text);
            return value is not null;
        }
        catch (Exception e) when (e is FormatException or ArgumentException or OverflowException or NotSupportedException)
        {
            return false;
        }
    }

    /// <summary>What is allowed, as the end of a sentence.</summary>
    public static string Describe(Type type) =>
        Nullable.GetUnderlyingType(type) is { } underlying ? Describe(underlying)
        : type.IsEnum ? string.Join(" or ", Enum.GetNames(type))
        : type == typeof(int) || type == typeof(long) ? "a whole number"
        : type == typeof(TimeSpan) ? "a duration such as 90s, 12h, 7d or 00:02:00"
        : type == typeof(bool) ? "true or false"
        : type == typeof(RandomEarlyDrop) ? RandomEarlyDrop.Form
        : "a text";

    /// <summary>The framework's converters also read 0x50 as 80.</summary>
    private static bool IsPlain(string text, Type type) =>
        (type != typeof(int) && type != typeof(long)) || long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
}
