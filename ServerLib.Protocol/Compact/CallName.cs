using System.Text;

namespace ServerLib.Protocol;

/// <summary>The rule for names of methods and events: 1 to 255 bytes of UTF-8.</summary>
internal static class CallName
{
    /// <summary>Writes a name with its length in front.</summary>
    /// <returns>The number of bytes written.</returns>
    /// <exception cref="ArgumentException">The name does not have 1 to 255 bytes.</exception>
    public static int Write(Span<byte> target, string name)
    {
        ThrowIfInvalid(name);
        return CompactFrame.WriteName(target, name);
    }

    /// <exception cref="ArgumentException">The name does not have 1 to 255 bytes.</exception>
    public static void ThrowIfInvalid(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length == 0 || Encoding.UTF8.GetByteCount(name) > CompactFrame.MaxNameSize)
            throw new ArgumentException($"The name of a method or event has 1 to {CompactFrame.MaxNameSize} bytes of UTF-8.", nameof(name));
    }
}
