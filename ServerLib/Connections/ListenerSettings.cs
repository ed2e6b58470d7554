using System.Runtime.CompilerServices;

namespace ServerLib.Connections;

/// <summary>The settings that all connections of a listener share, so that they have one server key and one limit for cryptography.</summary>
internal static class ListenerSettings
{
    private static readonly ConditionalWeakTable<object, ConnectionSettings> ByListener = [];

    /// <summary>The settings for the next connection of a listener. What is not given is as in the listener's first call.</summary>
    public static ConnectionSettings Of(object listener, ServerOptions? options, ServerKey? serverKey, ServerCertificate? certificate)
    {
        ConnectionSettings settings = ByListener.GetValue(listener, _ => new(options ?? new(), serverKey, certificate, TimeProvider.System));
        return (options ?? settings.Options) == settings.Options && (certificate ?? settings.Certificate) == settings.Certificate && settings.HasKey(serverKey)
            ? settings
            : new(options ?? settings.Options, serverKey ?? settings.ServerKey, certificate ?? settings.Certificate, TimeProvider.System);
    }
}
