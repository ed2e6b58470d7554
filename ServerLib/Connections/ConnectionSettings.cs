using ServerLib.Transport;

namespace ServerLib.Connections;

/// <summary>What the connections of one server have in common.</summary>
/// <param name="options">The limits that apply to them.</param>
/// <param name="serverKey">The server's key pair. Default <see cref="ServerKey.Ephemeral"/>.</param>
/// <param name="certificate">The certificate for TLS clients; <see langword="null"/> if there is no TLS.</param>
/// <param name="time">The clock. Default the system's.</param>
internal sealed class ConnectionSettings(ServerOptions options, ServerKey? serverKey, ServerCertificate? certificate, TimeProvider? time)
{
    public ServerOptions Options => options;

    public ServerKey ServerKey => serverKey ?? ServerKey.Ephemeral;

    public ServerCertificate? Certificate => certificate;

    public TimeProvider Time { get; } = time ?? TimeProvider.System;

    /// <summary>Limits the cryptography for users who have logged in.</summary>
    public CryptoConcurrencyLimiter Cryptography { get; } = new();

    public ContinuationAffinities Affinities { get; } = new();
}
