using System.Net;
using System.Security.Cryptography;
using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <summary>Validates <see cref="ServerClientOptions"/>.</summary>
internal static class ServerClientOptionsValidator
{
    private const int MaxFrameSize = 16 * 1024 * 1024;

    /// <exception cref="ArgumentException">An option is missing or invalid.</exception>
    public static void Validate(ServerClientOptions options)
    {
        CheckServerAndUser(options);
        CheckTimes(options);
        CheckLimits(options);
        CheckTls(options);
        CheckKeys(options);
    }

    private static void CheckServerAndUser(ServerClientOptions options)
    {
        bool hasHost = options.Host.Length > 0 && options.Port is > 0 and <= IPEndPoint.MaxPort;
        Check(options.EndPoint is not null || hasHost, "Set Host, and Port to 1 to 65535, or set EndPoint.");
        Check(options.UserName.Length > 0, "Set UserName.");
        Check(
            options.Password.Length > 0 || options.PrivateKey is not null || options.PasswordProvider is not null,
            "Set Password, PasswordProvider or PrivateKey.");
    }

    private static void CheckTimes(ServerClientOptions options)
    {
        Check(options.ConnectTimeout > TimeSpan.Zero, "ConnectTimeout must be more than zero.");
        Check(options.RequestTimeout > TimeSpan.Zero, "RequestTimeout must be more than zero.");
        Check(options.KeepAlive >= TimeSpan.Zero, "KeepAlive must be zero or more.");
        Check(options.ReconnectDelay > TimeSpan.Zero, "ReconnectDelay must be more than zero.");
        Check(
            options.MaxReconnectDelay >= options.ReconnectDelay && options.MaxReconnectDelay <= Backoff.Longest,
            "MaxReconnectDelay must be at least ReconnectDelay and at most one day.");
    }

    private static void CheckLimits(ServerClientOptions options)
    {
        Check(options.MaxFrameSize is >= CompactFrame.MinMaxFrame and <= MaxFrameSize, "MaxFrameSize must be 4 KiB to 16 MiB.");
        Check(options.MaxOutstandingRequests > 0, "MaxOutstandingRequests must be 1 or more.");
        Check(options.MaxWaitingMessages > 0, "MaxWaitingMessages must be 1 or more.");
        Check(options.MaxWaitingBytes > 0, "MaxWaitingBytes must be 1 or more.");
    }

    private static void CheckTls(ServerClientOptions options)
    {
        // A setting that would be ignored is refused, because the caller relies on it.
        bool isPinned = options.Tls == TlsMode.Pinned;
        Check(!isPinned || TlsFingerprint.Parse(options.Fingerprint) is not null, "Set Fingerprint to a SHA-256 fingerprint in hex.");
        Check(isPinned || options.Fingerprint is null, "Fingerprint has no effect. Set Tls to TlsMode.Pinned.");
        Check(options.Tls != TlsMode.Ask || options.TrustServer is not null, "Set TrustServer.");
        Check(options.Tls == TlsMode.Ask || options.TrustServer is null, "TrustServer has no effect. Set Tls to TlsMode.Ask.");
        Check(options.Tls != TlsMode.None || options.ClientCertificate is null, "ClientCertificate has no effect without TLS. Set Tls.");
        Check(options.ClientCertificate is null or { HasPrivateKey: true }, "ClientCertificate has no private key.");
    }

    private static void CheckKeys(ServerClientOptions options)
    {
        RSA? key = options.PrivateKey;
        Check(key is null || options.Protocol == ClientProtocol.Compact, "PrivateKey needs the compact protocol.");
        Check(key is null || key.KeySize is >= RsaPublicKey.MinSize and <= RsaPublicKey.MaxSize, "PrivateKey must have 2048 to 8192 bits.");
        Check(options.Key is null || options.Key.KeySize >= RsaPublicKey.MinSize, "Key must have 2048 bits or more.");
    }

    private static void Check(bool isValid, string message)
    {
        if (!isValid)
            throw new ArgumentException(message);
    }
}
