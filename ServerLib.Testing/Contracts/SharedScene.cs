using Microsoft.Extensions.Time.Testing;

namespace ServerLib.Testing.Contracts;

/// <summary>The same accounts, opened by two servers at the same time.</summary>
internal sealed class SharedScene : IAsyncDisposable
{
    private SharedScene(AccountScene one, AccountScene two) => (One, Two) = (one, two);

    public AccountScene One { get; }

    public AccountScene Two { get; }

    public static async ValueTask<SharedScene> OpenAsync(Func<TimeProvider, ValueTask<AccountServices>> open)
    {
        var time = new FakeTimeProvider(AccountContract.Start);
        return new SharedScene(new AccountScene(await open(time), time), new AccountScene(await open(time), time));
    }

    /// <summary>One server for even numbers, and the other for odd ones.</summary>
    public AccountScene this[int number] => number % 2 == 0 ? One : Two;

    public async ValueTask DisposeAsync()
    {
        await Two.DisposeAsync();
        await One.DisposeAsync();
    }
}
