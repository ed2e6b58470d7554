namespace ServerLib.Benchmarks.Servers;

/// <summary>What a server does with what it is sent.</summary>
internal enum Mode
{
    /// <summary>Sends it back.</summary>
    Echo,

    /// <summary>Sends it to everyone, its sender included.</summary>
    FanOut,

    /// <summary>Sends it back, but sleeps 100 ms first where the body's first byte is 0xFF.</summary>
    Blocking,

    /// <summary>ServerLib's own chat room.</summary>
    Room,
}

/// <summary>How a server is started.</summary>
/// <param name="Mode">What it does.</param>
/// <param name="Tls">Whether it speaks TLS.</param>
/// <param name="FullHash">Whether passwords cost what they cost by default, rather than next to nothing.</param>
internal sealed record ServerSetup(Mode Mode, bool Tls, bool FullHash)
{
    /// <summary>The size of a message in a fan-out, where nothing but its size tells where it ends.</summary>
    public const int FanOutBody = 64;

    /// <summary>
    /// What a server without logins sends to each connection when it has put it on its list: the system lets clients connect before
    /// the server has seen them.
    /// </summary>
    public static readonly byte[] FanOutWelcome = new byte[FanOutBody];

    public const byte SleepMark = 0xFF;

    public static readonly TimeSpan Sleep = TimeSpan.FromMilliseconds(100);

    public const int Backlog = 512;
}

internal interface IServer : IAsyncDisposable
{
    /// <summary>Starts to listen on a free port of the loopback.</summary>
    /// <returns>The port.</returns>
    Task<int> StartAsync();
}
