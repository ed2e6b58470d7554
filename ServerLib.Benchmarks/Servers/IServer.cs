namespace ServerLib.Benchmarks.Servers;

/// <summary>What a server does with a message.</summary>
internal enum Mode
{
    /// <summary>Sends it back.</summary>
    Echo,

    /// <summary>Sends it to everyone, including its sender.</summary>
    FanOut,

    /// <summary>Sends it back, after sleeping 100 ms if the body starts with 0xFF.</summary>
    Blocking,

    /// <summary>ServerLib's own chat room.</summary>
    Room,

    /// <summary>Answers calls, and passes messages on to a group. Each server has a client library of its own.</summary>
    App,
}

/// <summary>How a server is started.</summary>
/// <param name="Mode">What it does with messages.</param>
/// <param name="Tls">Whether it uses TLS.</param>
/// <param name="FullHash">Whether password hashes have their default cost instead of a minimal one.</param>
/// <param name="Data">The data folder, which it does not delete. Default a new one.</param>
/// <param name="Port">The port. Default a free one.</param>
internal sealed record ServerSetup(Mode Mode, bool Tls, bool FullHash, string? Data = null, int Port = 0)
{
    /// <summary>The size of a raw fan-out message in bytes. Only the size separates these messages.</summary>
    public const int FanOutBody = 64;

    /// <summary>
    /// What a server without logins sends to each connection after registering it: clients can connect before the server has accepted them.
    /// </summary>
    public static readonly byte[] FanOutWelcome = new byte[FanOutBody];

    public const byte SleepMark = 0xFF;

    public static readonly TimeSpan Sleep = TimeSpan.FromMilliseconds(100);

    public const int Backlog = 512;
}

internal interface IServer : IAsyncDisposable
{
    /// <summary>Listens on a free loopback port.</summary>
    /// <returns>The port.</returns>
    Task<int> StartAsync();
}
