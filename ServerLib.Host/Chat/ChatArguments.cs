using ServerLib.Administration;

namespace ServerLib.Cli.Chat;

/// <summary>The parsed arguments of <c>connect</c>.</summary>
internal sealed record ChatArguments
{
    public string Host { get; init; } = "127.0.0.1";

    public int Port { get; init; } = 8080;

    public required string User { get; init; }

    public string? PasswordFile { get; init; }

    public string? Invitation { get; init; }

    /// <summary>The file with the private key to log in with instead of a password.</summary>
    public string? Identity { get; init; }

    /// <summary>The file with the client certificate.</summary>
    public string? Certificate { get; init; }

    /// <summary>The file with the private key of the certificate, if it is a separate file.</summary>
    public string? CertificateKey { get; init; }

    public bool IsClassic { get; init; }

    public bool UsesTls { get; init; }

    /// <summary>Whether the password is sent without TLS to another machine.</summary>
    public bool AllowsPlaintextPassword { get; init; }

    public string? KnownServers { get; init; }

    public bool AcceptsNew { get; init; }

    /// <summary>Parses <c>HOST[:PORT]</c>. An IPv6 address with a port is in brackets.</summary>
    /// <exception cref="WrongUsageException">The text is not an address.</exception>
    public static (string Host, int Port) ReadAddress(string? address)
    {
        const string DefaultHost = "127.0.0.1";
        const int DefaultPort = 8080;
        if (address is null)
            return (DefaultHost, DefaultPort);
        string host = address;
        string? port = null;
        int colon = address.LastIndexOf(':');
        if (colon >= 0 && (address.IndexOf(':') == colon || address[colon - 1] == ']'))
            (host, port) = (address[..colon], address[(colon + 1)..]);
        host = host.StartsWith('[') && host.EndsWith(']') ? host[1..^1] : host;
        if (host.All(char.IsAsciiDigit) && host.Length > 0)
            throw new WrongUsageException(
                $"'{TextSanitizer.Escape(address)}' is not HOST[:PORT]; write the host before the port: {DefaultHost}:{host}");
        int number = DefaultPort;
        if (host.Length == 0 || host.Contains(' ')
            || (port is not null && !(port.All(char.IsAsciiDigit) && int.TryParse(port, out number) && number is > 0 and <= 65535)))
        {
            throw new WrongUsageException($"'{TextSanitizer.Escape(address)}' is not HOST[:PORT]");
        }

        return (host, number);
    }
}
