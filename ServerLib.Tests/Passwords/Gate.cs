namespace ServerLib.Tests.Passwords;

/// <summary>Holds work up until a test lets it go on.</summary>
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

    /// <summary>Opens it, and leaves the events to the garbage collector: work may still be in them when a test fails.</summary>
    public void Dispose() => Open();
}
