using ServerLib.Administration;

namespace ServerLib.Cli.Chat;

/// <summary>What the arguments of <c>connect</c> say.</summary>
internal sealed record ChatArguments
{
    public string Host { get; init; } = "127.0.0.1";

    public int Port { get; init; } = 8080;

    public required string User { get; init; }

    public string? PasswordFile { get; init; }

    public string? Invitation { get; init; }

    /// <summary>The file with the private key to log in with, instead of a password.</summary>
    public string? Identity { get; init; }

    /// <summary>The file with the certificate that a server is shown that asks for one.</summary>
    public string? Certificate { get; init; }

    /// <summary>The file with its private key, where that is another one.</summary>
    public string? CertificateKey { get; init; }

    public bool IsClassic { get; init; }

    public bool UsesTls { get; init; }

    public string? KnownServers { get; init; }

    public bool AcceptsNew { get; init; }

    /// <summary>Reads <c>HOST[:PORT]</c>; an IPv6 address with a port stands in brackets.</summary>
    /// <exception cref="WrongUsageException">It is none.</exception>
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
            throw new WrongUsageException($"'{TextSanitizer.Escape(address)}' is no HOST[:PORT]; a port stands behind a host: {DefaultHost}:{host}");
        int number = DefaultPort;
        if (host.Length == 0 || host.Contains(' ')
            || (port is not null && !(port.All(char.IsAsciiDigit) && int.TryParse(port, out number) && number is > 0 and <= 65535)))
        {
            throw new WrongUsageException($"'{TextSanitizer.Escape(address)}' is no HOST[:PORT]");
        }

        return (host, number);
    }
}
