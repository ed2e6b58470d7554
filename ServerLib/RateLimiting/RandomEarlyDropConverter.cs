using System.ComponentModel;
using System.Globalization;

namespace ServerLib.RateLimiting;

/// <summary>Reads <see cref="RandomEarlyDrop"/> from configuration.</summary>
internal sealed class RandomEarlyDropConverter : TypeConverter
{
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) =>
        sourceType == typeof(string) || base.CanConvertFrom(context, sourceType);

    public override object? ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) =>
        value is string text ? RandomEarlyDrop.Parse(text) : base.ConvertFrom(context, culture, value);
}
