using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace ServerLib.Cli;

/// <summary>The value of <c>--metrics</c>: <c>PORT</c> on loopback, or <c>ADDRESS:PORT</c>.</summary>
internal static class MetricsAddress
{
    /// <summary>Parses a value.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out IPEndPoint? address)
    {
        address = null;
        int colon = text.LastIndexOf(':');
        if (!ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
            return false;
        IPAddress? ip = IPAddress.Loopback;
        string host = colon < 0 ? "" : text[..colon];
        if (colon >= 0 && !IPAddress.TryParse(host is ['[', .. var inner, ']'] ? inner : host, out ip))
            return false;
        if (host.Contains(':', StringComparison.Ordinal) && host[0] != '[')
            return false;
        address = new IPEndPoint(ip!, port);
        return true;
    }
}
