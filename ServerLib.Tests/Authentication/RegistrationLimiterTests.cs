using System.Net;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Authentication;
using ServerLib.RateLimiting;

namespace ServerLib.Tests.Authentication;

[TestClass]
public sealed class RegistrationLimiterTests
{
    private static readonly IPEndPoint Address = new(IPAddress.Parse("203.0.113.9"), 1);
    private readonly FakeTimeProvider _time = new();

    [TestMethod]
    [DataRow(1)]
    [DataRow(7)]
    [DataRow(10)]
    public void An_address_registers_a_burst_of_accounts_and_then_one_per_interval(int perHour)
    {
        RegistrationLimiter limiter = Create(perHour);
        for (int i = 0; i < perHour; i++)
            Assert.IsTrue(limiter.TryAcquire(Address, out _));

        Assert.IsFalse(limiter.TryAcquire(Address, out TimeSpan retryAfter));
        Assert.AreEqual(TimeSpan.FromHours(1) / perHour, retryAfter);
        _time.Advance(retryAfter - TimeSpan.FromTicks(1));
        Assert.IsFalse(limiter.TryAcquire(Address, out TimeSpan left));
        Assert.AreEqual(TimeSpan.FromTicks(1), left);
        _time.Advance(left);
        Assert.IsTrue(limiter.TryAcquire(Address, out _));
        Assert.IsFalse(limiter.TryAcquire(Address, out _));
    }

    [TestMethod]
    public void Each_address_has_its_own_limit_and_loopback_has_none()
    {
        RegistrationLimiter limiter = Create(1);
        Assert.IsTrue(limiter.TryAcquire(Address, out _));
        Assert.IsTrue(limiter.TryAcquire(new IPEndPoint(IPAddress.Parse("203.0.113.10"), 1), out _));
        for (int i = 0; i < 3; i++)
            Assert.IsTrue(limiter.TryAcquire(new IPEndPoint(IPAddress.Loopback, 1), out _));
        Assert.IsFalse(limiter.TryAcquire(Address, out _));
    }

    [TestMethod]
    public void A_failed_registration_is_refunded()
    {
        RegistrationLimiter limiter = Create(1);
        limiter.TryAcquire(Address, out _);
        limiter.Refund(Address);
        Assert.IsTrue(limiter.TryAcquire(Address, out _));
        Assert.IsFalse(limiter.TryAcquire(Address, out _));
        limiter.Refund(new IPEndPoint(IPAddress.Loopback, 1));
        Assert.IsFalse(limiter.TryAcquire(Address, out _));
    }

    [TestMethod]
    public void Clear_lets_an_address_register_again()
    {
        RegistrationLimiter limiter = Create(1);
        limiter.TryAcquire(Address, out _);
        Assert.AreEqual(0, limiter.Clear(AddressBlock.Of(IPAddress.Parse("203.0.113.10"))));
        Assert.AreEqual(1, limiter.Clear(AddressBlock.Of(Address)));
        Assert.IsTrue(limiter.TryAcquire(Address, out _));
        Assert.AreEqual(1, limiter.ClearAll());
        Assert.IsTrue(limiter.TryAcquire(Address, out _));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.AreEqual(0, limiter.ClearAll());
    }

    [TestMethod]
    public void List_shows_the_count_and_the_wait_for_the_next_registration()
    {
        RegistrationLimiter limiter = Create(2);
        limiter.TryAcquire(Address, out _);
        Assert.AreEqual(new AddressRegistrations("203.0.113.9", 1, TimeSpan.Zero), limiter.List().Single());
        limiter.TryAcquire(Address, out _);
        Assert.AreEqual(new AddressRegistrations("203.0.113.9", 2, TimeSpan.FromMinutes(30)), limiter.List().Single());
        _time.Advance(TimeSpan.FromMinutes(30));
        Assert.AreEqual(new AddressRegistrations("203.0.113.9", 1, TimeSpan.Zero), limiter.List().Single());
        _time.Advance(TimeSpan.FromMinutes(30));
        Assert.IsEmpty(limiter.List());
    }

    private RegistrationLimiter Create(int perHour) => new(_time, new PenalizedAddresses(new ServerOptions()), perHour);
}
