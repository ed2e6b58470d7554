namespace ServerLib.Tests;

/// <summary>Keeps a test that hangs from hanging for ever; no test depends on how long it is.</summary>
internal static class Guard
{
    /// <summary>A token that is cancelled after a minute.</summary>
    public static CancellationToken NewToken() => After(TimeSpan.FromMinutes(1));

    /// <summary>A token for tests with programs, which need more time on a busy machine. It is cancelled after five minutes.</summary>
    public static CancellationToken ForPrograms() => After(TimeSpan.FromMinutes(5));

    private static CancellationToken After(TimeSpan time) => new CancellationTokenSource(time).Token;
}
