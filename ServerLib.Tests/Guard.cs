namespace ServerLib.Tests;

/// <summary>Keeps a test that hangs from hanging for ever; no test depends on how long it is.</summary>
internal static class Guard
{
    /// <summary>A token that is cancelled after a minute.</summary>
    public static CancellationToken NewToken() => new CancellationTokenSource(TimeSpan.FromMinutes(1)).Token;
}
