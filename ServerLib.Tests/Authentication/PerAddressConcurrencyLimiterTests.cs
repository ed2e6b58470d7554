using System.Net;
using ServerLib.Authentication;
using ServerLib.RateLimiting;

namespace ServerLib.Tests.Authentication;

[TestClass]
public sealed class PerAddressConcurrencyLimiterTests
{
    private static readonly AddressBlock Here = AddressBlock.Of(IPAddress.Parse("203.0.113.7"));
    private static readonly AddressBlock There = AddressBlock.Of(IPAddress.Parse("203.0.113.8"));
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly PerAddressConcurrencyLimiter _limiter = new(limit: 2);

    [TestMethod]
    public async Task An_address_over_its_limit_waits_until_a_slot_is_free()
    {
        IDisposable first = await _limiter.AcquireAsync(Here, _guard);
        IDisposable second = await _limiter.AcquireAsync(Here, _guard);
        Task<IDisposable> third = _limiter.AcquireAsync(Here, _guard).AsTask();
        Assert.IsFalse(third.IsCompleted);
        using (await _limiter.AcquireAsync(There, _guard))
            Assert.AreEqual(2, _limiter.AddressCount);

        first.Dispose();
        (await third).Dispose();
        Assert.AreEqual(1, _limiter.AddressCount);
        second.Dispose();
        Assert.AreEqual(0, _limiter.AddressCount);
    }

    [TestMethod]
    public async Task A_cancelled_wait_leaves_nothing_behind()
    {
        IDisposable first = await _limiter.AcquireAsync(Here, _guard), second = await _limiter.AcquireAsync(Here, _guard);
        using var cancellation = new CancellationTokenSource();
        Task<IDisposable> third = _limiter.AcquireAsync(Here, cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => third);

        first.Dispose();
        second.Dispose();
        Assert.AreEqual(0, _limiter.AddressCount);
    }
}
