using ServerLib.Authentication;
using ServerLib.RateLimiting;

namespace ServerLib.Tests.Authentication;

/// <summary>How an <see cref="AccountBackoff"/> treats the addresses that an account has logged in from.</summary>
[TestClass]
public sealed class KnownAddressTests
{
    private static readonly AddressBlock Home = AccountBackoffDriver.Home;
    private static readonly AddressBlock Elsewhere = AccountBackoffDriver.Elsewhere;
    private readonly AccountBackoffDriver _driver = new();

    [TestMethod]
    public void Unknown_clients_cannot_delay_logins_from_a_known_address()
    {
        _driver.LogIn("ada", Home);
        _driver.Lock("ada");

        Assert.IsFalse(_driver.TryBegin("ada", Elsewhere));
        Assert.IsFalse(_driver.TryBegin("ada", AccountBackoffDriver.At("198.51.100.1")));
        _driver.LogIn("ada", Home);
        Assert.IsFalse(_driver.TryBegin("ada", Elsewhere));
        Assert.IsTrue(_driver.TryBegin("bob", Home));
    }

    [TestMethod]
    public void Wrong_passwords_from_a_known_address_delay_only_that_address()
    {
        _driver.LogIn("ada", Home);
        for (int i = 0; i < 4; i++)
            Assert.IsNull(_driver.Fail("ada", from: Home));
        Assert.AreEqual(new AccountDelay("ada", "192.0.2.1", 5, TimeSpan.FromSeconds(15)), _driver.Fail("ada", from: Home));

        Assert.IsFalse(_driver.TryBegin("ada", Home));
        Assert.IsTrue(_driver.TryBegin("ada", Elsewhere));
    }

    [TestMethod]
    public void The_last_eight_addresses_of_an_account_are_known()
    {
        for (int i = 0; i < KnownAddresses.MaxPerAccount; i++)
            _driver.LogIn("ada", AccountBackoffDriver.At($"192.0.2.{i}"));
        _driver.LogIn("ada", AccountBackoffDriver.At("192.0.2.0"));
        _driver.LogIn("ada", AccountBackoffDriver.At("198.51.100.1"));
        _driver.Lock("ada");

        foreach (string known in (string[])["198.51.100.1", "192.0.2.0", "192.0.2.2", "192.0.2.7"])
            Assert.IsTrue(_driver.TryBegin("ada", AccountBackoffDriver.At(known)));
        Assert.IsFalse(_driver.TryBegin("ada", AccountBackoffDriver.At("192.0.2.1")));
    }

    [TestMethod]
    public void An_address_is_known_as_long_as_any_account_keeps_it()
    {
        var small = new AccountBackoffDriver(capacity: 2);
        Assert.IsFalse(small.Backoff.IsKnownAddress(Home));
        small.LogIn("ada", Home);
        small.LogIn("ada", Home);
        small.LogIn("bob", Home);
        small.Fail("bob", from: Elsewhere);
        Assert.IsTrue(small.Backoff.IsKnownAddress(Home));
        Assert.IsFalse(small.Backoff.IsKnownAddress(Elsewhere));

        small.Time.Advance(TimeSpan.FromSeconds(1));
        small.LogIn("eve", AccountBackoffDriver.At("192.0.2.2"));
        Assert.IsTrue(small.Backoff.IsKnownAddress(Home), "One account still keeps it.");
        small.LogIn("zoe", AccountBackoffDriver.At("192.0.2.3"));
        Assert.IsFalse(small.Backoff.IsKnownAddress(Home));
        for (int i = 3; i < 3 + KnownAddresses.MaxPerAccount; i++)
        {
            Assert.IsTrue(small.Backoff.IsKnownAddress(AccountBackoffDriver.At("192.0.2.3")));
            small.LogIn("zoe", AccountBackoffDriver.At($"192.0.2.{i + 1}"));
        }

        Assert.IsFalse(small.Backoff.IsKnownAddress(AccountBackoffDriver.At("192.0.2.3")));
    }

    [TestMethod]
    public void A_flood_of_names_displaces_no_known_address()
    {
        var small = new AccountBackoffDriver(capacity: 3);
        small.LogIn("ada", Home);
        for (int i = 0; i < 10; i++)
            small.Fail($"{i}");
        for (int i = 0; i < 5; i++)
            small.Fail("ada");

        small.LogIn("ada", Home);
    }
}
