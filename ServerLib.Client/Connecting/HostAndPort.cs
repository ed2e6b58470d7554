namespace ServerLib.Clients;

/// <summary>Formats a host and a port, with brackets around an IPv6 address (RFC 3986 section 3.2.2).</summary>
internal static class HostAndPort
{
    public static string Text(string host, int port) => host.Contains(':') ? $"[{host}]:{port}" : $"{host}:{port}";
}
