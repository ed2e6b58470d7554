using Microsoft.Extensions.Time.Testing;
using ServerLib.Files;
using ServerLib.RateLimiting;

namespace ServerLib.Tests.RateLimiting;

[TestClass]
public sealed class AddressLogSamplerTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly FakeTimeProvider _time = new(new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero));
    private readonly AddressLogSampler _limit;

    public AddressLogSamplerTests() => _limit = new AddressLogSampler(_time);

    [TestMethod]
    public void Of_one_address_ten_at_once_and_then_one_a_minute()
    {
        Assert.AreEqual(10, Take(100, "203.0.113.9"));
        _time.Advance(Minute - TimeSpan.FromTicks(1));
        Assert.AreEqual(0, Take(100, "203.0.113.9"));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.AreEqual(1, Take(100, "203.0.113.9"));
        _time.Advance(10 * Minute);
        Assert.AreEqual(10, Take(100, "203.0.113.9"));
    }

    [TestMethod]
    [DataRow("203.0.113.9:1", "203.0.113.9:2", true)]
    [DataRow("203.0.113.9:1", "[::ffff:203.0.113.9]:1", true)]
    [DataRow("203.0.113.9:1", "203.0.113.10:1", false)]
    [DataRow("[2001:db8::1]:1", "[2001:db8::ffff:1]:2", true)]
    [DataRow("[2001:db8::1]:1", "2001:db8::/64", true)]
    [DataRow("[2001:db8::1]:1", "[2001:db8:0:1::1]:1", false)]
    [DataRow("a pipe", "another", true)]
    [DataRow("a pipe", "", true)]
    [DataRow("a pipe", "127.0.0.1:1", false)]
    public void A_port_and_what_is_behind_the_64th_bit_make_no_other_address(string first, string second, bool isTheSame)
    {
        Take(AddressLogSampler.OfAddress, first);
        Assert.AreEqual(isTheSame ? 0 : AddressLogSampler.OfAddress, Take(AddressLogSampler.OfAddress, second));
    }

    [TestMethod]
    public void Whatever_the_number_of_addresses_and_names_so_many_in_all_and_then_five_a_minute()
    {
        Assert.AreEqual(1_000, Flood(0, 5_000));
        for (int minute = 1; minute <= 100; minute++)
        {
            _time.Advance(Minute);
            Assert.AreEqual(5, Flood(minute * 5_000, 5_000));
        }

        Assert.AreEqual(101 * 5_000 - 1_500, _limit.TakeHeldBack().Sum(held => held.Count));
    }

    [TestMethod]
    public void The_first_of_an_address_is_let_through_whatever_those_write_that_were_there_before()
    {
        for (int i = 0; i < 60; i++)
            Take(AddressLogSampler.OfAddress, $"198.51.100.{i}");

        Assert.AreEqual(1, Take(5, "203.0.113.9"));
    }

    [TestMethod]
    public void What_was_held_back_is_told_once_with_from_where_and_whom_and_since_when()
    {
        Take(AddressLogSampler.OfAddress + 3, "203.0.113.9:1", "Alice", "ALICE");
        DateTimeOffset since = _time.GetUtcNow();
        _time.Advance(TimeSpan.FromSeconds(10));
        Take(AddressLogSampler.OfAddress + 7, "[2001:db8::1]:1", "bob", "eve");

        CollectionAssert.AreEqual(
            (SuppressedEntries[])
            [
                new(AddressText.BlockOf("2001:db8::/64"), null, 7, since.AddSeconds(10)),
                new(AddressText.BlockOf("203.0.113.9"), "Alice", 3, since),
            ],
            _limit.TakeHeldBack());
        Assert.HasCount(0, _limit.TakeHeldBack());
    }

    [TestMethod]
    [DataRow(10, 10)]
    [DataRow(11, 11)]
    [DataRow(12, 11)]
    [DataRow(1_000, 11)]
    [DataRow(1_002, 11)]
    public void Beyond_ten_addresses_the_others_are_told_together_and_none_is_lost(int addresses, int told)
    {
        Flood(1_000_000, AddressLogSampler.OfAll);
        DateTimeOffset since = _time.GetUtcNow();
        for (int i = 0; i < addresses; i++)
            Take(i < 10 ? 3 : 1, Address(i));
        _time.Advance(TimeSpan.FromSeconds(1));
        Take(1, Address(0));

        List<SuppressedEntries> held = _limit.TakeHeldBack();
        Assert.HasCount(told, held);
        Assert.AreEqual((AddressText.BlockOf(Address(0)), 4L), (held[0].From, held[0].Count));
        Assert.AreEqual(addresses + 21, held.Sum(one => one.Count));
        Assert.IsTrue(held.TrueForAll(one => one.Since == since && one.Name == "name"));
        Assert.AreEqual(addresses > 10 ? 1 : 0, held.Count(one => one.From is null));
    }

    /// <summary>One from each of so many addresses.</summary>
    private int Flood(int first, int count) => Enumerable.Range(first, count).Sum(i => Take(1, Address(i), $"name{i}"));

    private int Take(int count, string address, params string[] names) => Enumerable.Range(0, count)
        .Count(i => _limit.TryTake(AddressText.BlockOf(address), names.Length == 0 ? "name" : names[i % names.Length]));

    private static string Address(int number) => $"10.{number >> 16}.{(number >> 8) & 255}.{number & 255}";
}
