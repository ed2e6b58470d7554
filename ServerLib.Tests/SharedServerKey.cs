namespace ServerLib.Tests;

/// <summary>One key pair for all tests, because generating one takes long.</summary>
internal static class SharedServerKey
{
    private static readonly Lazy<ServerKey> Key = new(() => ServerKey.Generate());

    extension(ServerKey)
    {
        /// <summary>The shared key pair. Do not dispose it.</summary>
        public static ServerKey Ephemeral => Key.Value;
    }
}
