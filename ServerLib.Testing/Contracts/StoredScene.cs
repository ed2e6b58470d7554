using Microsoft.Extensions.Time.Testing;

namespace ServerLib.Testing.Contracts;

/// <summary>Accounts that are closed and opened again.</summary>
/// <param name="open">Opens the same data each time.</param>
internal sealed class StoredScene(Func<TimeProvider, ValueTask<AccountServices>> open) : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new(AccountContract.Start);
    private AccountScene? _current;

    /// <summary>Closes the accounts, if they are open, and opens them.</summary>
    public async Task<AccountScene> OpenAsync()
    {
        await DisposeAsync();
        _time.Advance(TimeSpan.FromMinutes(1));
        return _current = new AccountScene(await open(_time), _time);
    }

    public async ValueTask DisposeAsync()
    {
        if (_current is { } open)
            await open.DisposeAsync();
        _current = null;
    }
}
