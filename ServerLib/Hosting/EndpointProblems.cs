using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using ServerLib.RateLimiting;

namespace ServerLib.Hosting;

/// <summary>Validates end points.</summary>
internal static class EndpointProblems
{
    /// <summary>What is wrong with an end point. Each sentence begins with the name of the option.</summary>
    public static IEnumerable<string> Of(ServerEndpoint endpoint)
    {
        if (endpoint.Socket is { } socket)
        {
            if (endpoint.Address is not null || endpoint.Port is not null || endpoint.Path is not null)
                yield return "Socket: give either this, or Port, Address or Path";
            if (!IsListening(socket))
                yield return "Socket: it is not a stream socket that listens";
        }
        else if (endpoint.Path is null ? endpoint.Port is null : endpoint.Address is not null || endpoint.Port is not null)
            yield return "Path: give either this, or Port and maybe Address";
        if (endpoint.Address is not null && !IsAddress(endpoint.Address))
            yield return NotAllowed("Address", endpoint.Address, "an IP address, such as 127.0.0.1, 0.0.0.0 or ::");
        if (endpoint.Port is < 0 or > 65_535)
            yield return NotAllowed("Port", endpoint.Port, "0 to 65535");
        if (endpoint.Path is not null && !IsSocketPath(endpoint.Path))
            yield return NotAllowed("Path", endpoint.Path, "a path of at most about 100 bytes");
        if (!Enum.IsDefined(endpoint.Tls))
            yield return NotAllowed("Tls", endpoint.Tls, string.Join(" or ", Enum.GetNames<EndpointTls>()));
        if (endpoint.Plaintext is { } plaintext && !Enum.IsDefined(plaintext))
            yield return NotAllowed("Plaintext", plaintext, string.Join(" or ", Enum.GetNames<PlaintextPolicy>()));
        foreach (string from in endpoint.ProxyProtocol.From)
        {
            if (!AddressBlock.TryParse(from, out _))
                yield return NotAllowed("ProxyProtocol:From", from, "an address, or a range such as 203.0.113.0/24");
        }
    }

    /// <summary>Whether a text is an IP address. <see cref="IPAddress.Parse(string)"/> also accepts 1 and 0x7f.1.</summary>
    public static bool IsAddress([NotNullWhen(true)] string? text) =>
        IPAddress.TryParse(text, out IPAddress? address) && (text.Contains(':', StringComparison.Ordinal) || address.ToString() == text);

    private static bool IsListening(Socket socket)
    {
        try
        {
            return socket.SocketType == SocketType.Stream
                && socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection) is not 0;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    private static bool IsSocketPath(string path)
    {
        if (string.IsNullOrWhiteSpace(path) || path.Contains('\0', StringComparison.Ordinal))
            return false;
        try
        {
            _ = new UnixDomainSocketEndPoint(Path.GetFullPath(path));
            return true;
        }
        catch (ArgumentOutOfRangeException)
        {
            return false;
        }
    }

    private static string NotAllowed(string option, object? value, string allowed) =>
        $"{option}: '{value}' is not allowed; it must be {allowed}";
}
