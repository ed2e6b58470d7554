namespace ServerLib.Tests.Passwords;

/// <summary>Blocks work until a test opens the gate.</summary>
internal sealed class Gate : IDisposable
{
    private readonly ManualResetEventSlim _reached = new();
    private readonly ManualResetEventSlim _open = new();

    public int Wait()
    {
        _reached.Set();
        _open.Wait(Guard.NewToken());
        return 0;
    }

    public void WaitUntilReached() => _reached.Wait(Guard.NewToken());

    public void Open() => _open.Set();

    /// <summary>Opens the gate. Does not dispose the events, because work may still use them when a test fails.</summary>
    public void Dispose() => Open();
}
