using System.Net;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Authentication;
using ServerLib.Diagnostics;
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
    public void So_many_at_once_and_then_one_by_one(int perHour)
    {
        RegistrationLimiter book = Book(perHour);
        for (int i = 0; i < perHour; i++)
            Assert.IsTrue(book.TryTake(Address, out _));

        Assert.IsFalse(book.TryTake(Address, out TimeSpan retryAfter));
        Assert.AreEqual(TimeSpan.FromHours(1) / perHour, retryAfter);
        _time.Advance(retryAfter - TimeSpan.FromTicks(1));
        Assert.IsFalse(book.TryTake(Address, out TimeSpan left));
        Assert.AreEqual(TimeSpan.FromTicks(1), left);
        _time.Advance(left);
        Assert.IsTrue(book.TryTake(Address, out _));
        Assert.IsFalse(book.TryTake(Address, out _));
    }

    [TestMethod]
    public void Each_address_for_itself_and_this_machine_as_it_likes()
    {
        RegistrationLimiter book = Book(1);
        Assert.IsTrue(book.TryTake(Address, out _));
        Assert.IsTrue(book.TryTake(new IPEndPoint(IPAddress.Parse("203.0.113.10"), 1), out _));
        for (int i = 0; i < 3; i++)
            Assert.IsTrue(book.TryTake(new IPEndPoint(IPAddress.Loopback, 1), out _));
        Assert.IsFalse(book.TryTake(Address, out _));
    }

    [TestMethod]
    public void What_came_to_nothing_is_given_back()
    {
        RegistrationLimiter book = Book(1);
        book.TryTake(Address, out _);
        book.GiveBack(Address);
        Assert.IsTrue(book.TryTake(Address, out _));
        Assert.IsFalse(book.TryTake(Address, out _));
        book.GiveBack(new IPEndPoint(IPAddress.Loopback, 1));
        Assert.IsFalse(book.TryTake(Address, out _));
    }

    [TestMethod]
    public void An_admin_lets_an_address_register_anew()
    {
        RegistrationLimiter book = Book(1);
        book.TryTake(Address, out _);
        Assert.AreEqual(0, book.Forgive(AddressBlock.Of(IPAddress.Parse("203.0.113.10"))));
        Assert.AreEqual(1, book.Forgive(AddressBlock.Of(Address)));
        Assert.IsTrue(book.TryTake(Address, out _));
        Assert.AreEqual(1, book.ForgiveAll());
        Assert.IsTrue(book.TryTake(Address, out _));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.AreEqual(0, book.ForgiveAll());
    }

    [TestMethod]
    public void It_lists_who_has_registered_how_much_and_how_long_the_next_has_to_wait()
    {
        RegistrationLimiter book = Book(2);
        book.TryTake(Address, out _);
        Assert.AreEqual(new AddressRegistrations("203.0.113.9", 1, TimeSpan.Zero), book.List().Single());
        book.TryTake(Address, out _);
        Assert.AreEqual(new AddressRegistrations("203.0.113.9", 2, TimeSpan.FromMinutes(30)), book.List().Single());
        _time.Advance(TimeSpan.FromMinutes(30));
        Assert.AreEqual(new AddressRegistrations("203.0.113.9", 1, TimeSpan.Zero), book.List().Single());
        _time.Advance(TimeSpan.FromMinutes(30));
        Assert.IsEmpty(book.List());
    }

    private RegistrationLimiter Book(int perHour) => new(new MonotonicClock(_time), new PenalizedAddresses(new ServerOptions()), perHour);
}
