namespace ServerLib.Clients;

/// <summary>How a host and a port are written together: an IPv6 address in brackets (RFC 3986 section 3.2.2).</summary>
internal static class HostAndPort
{
    public static string Text(string host, int port) => host.Contains(':') ? $"[{host}]:{port}" : $"{host}:{port}";
}
