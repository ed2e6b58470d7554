namespace ServerLib.Benchmarks.Load;

internal static class LoadCases
{
    public static readonly LoadCase[] All =
    [
        new EchoCase(connections: 1, depth: 1, body: 64),
        new EchoCase(connections: 100, depth: 1, body: 64, tlsInQuick: true),
        new EchoCase(connections: 100, depth: 16, body: 64),
        new EchoCase(connections: 1000, depth: 1, body: 64),
        new EchoCase(connections: 100, depth: 4, body: 4096),
        new FanOutCase(senders: 1),
        new FanOutCase(senders: 8),
        new ConnectCase(),
        new IdleCase(),
        new LoginCase(),
        new ComebackCase(),
        new StormCase(),
        new BlockingCase(sleepers: 1),
        new BlockingCase(sleepers: 100),
        new ClassicCase(),
    ];
}
