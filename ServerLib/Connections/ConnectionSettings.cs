using Microsoft.Extensions.Options;
using ServerLib.Diagnostics;
using ServerLib.Protocol;
using ServerLib.Transport;

namespace ServerLib.Connections;

/// <summary>What the connections of one server have in common.</summary>
/// <param name="options">The limits that apply to them.</param>
/// <param name="serverKey">The server's key pair. Default a new one, generated when the first client needs it.</param>
/// <param name="certificate">The certificate for TLS clients; <see langword="null"/> if there is no TLS.</param>
/// <param name="time">The clock. Default the system's.</param>
internal sealed class ConnectionSettings(IOptions<ServerOptions> options, ServerKey? serverKey, ServerCertificate? certificate, TimeProvider? time)
{
    private readonly Lazy<ServerKey> _serverKey = new(() => serverKey ?? ServerKey.Generate());

    public ConnectionSettings(ServerOptions options, ServerKey? serverKey, ServerCertificate? certificate, TimeProvider? time)
        : this(Microsoft.Extensions.Options.Options.Create(options), serverKey, certificate, time)
    {
    }

    public ServerOptions Options => options.Value;

    public ServerKey ServerKey => _serverKey.Value;

    /// <summary>Whether <paramref name="other"/> is this server's key; <see langword="null"/> stands for the default.</summary>
    public bool HasKey(ServerKey? other) => other is null || other == serverKey;

    public ServerCertificate? Certificate => certificate;

    public TimeProvider Time { get; } = time ?? TimeProvider.System;

    /// <summary>Limits the cryptography for users who have logged in.</summary>
    public CryptoConcurrencyLimiter Cryptography { get; } = new();

    /// <summary>Serializes arguments, results and events. Default JSON.</summary>
    public IBodySerializer Serializer => ChosenSerializer ?? DefaultSerializer.Instance;

    /// <summary>The serializer that the application has chosen, if it has.</summary>
    public IBodySerializer? ChosenSerializer { get; init; }

    /// <summary>Counts messages and bytes.</summary>
    public MessageCounters Traffic { get; init; } = new();

    public ContinuationAffinities Affinities { get; } = new();

    /// <summary>The sessions that survive a lost connection; <see langword="null"/> if none do.</summary>
    public ResumableSessions? Sessions { get; init; }
}
