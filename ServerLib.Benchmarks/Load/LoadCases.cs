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
        new AppRateCase("app-1", "calls by 1 client", "app-ask", connections: 1),
        new AppRateCase("app-100", "calls by 100 clients, one at a time each", "app-ask", connections: 100),
        new AppRateCase("app-1000", "calls by 1,000 clients, one at a time each", "app-ask", connections: 1_000),
        new AppRateCase("app-group", "deliveries to a group of 1,000 clients", "app-say", connections: 1_000),
        new AppMemoryCase(),
    ];
}
