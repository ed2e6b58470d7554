using Microsoft.Extensions.Time.Testing;
using ServerLib.Files;
using ServerLib.RateLimiting;

namespace ServerLib.Tests.RateLimiting;

[TestClass]
public sealed class AddressLogSamplerTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly FakeTimeProvider _time = new(new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero));
    private readonly AddressLogSampler _sampler;

    public AddressLogSamplerTests() => _sampler = new AddressLogSampler(_time);

    [TestMethod]
    public void An_address_passes_ten_at_once_and_then_one_a_minute()
    {
        Assert.AreEqual(10, Pass(100, "203.0.113.9"));
        _time.Advance(Minute - TimeSpan.FromTicks(1));
        Assert.AreEqual(0, Pass(100, "203.0.113.9"));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.AreEqual(1, Pass(100, "203.0.113.9"));
        _time.Advance(10 * Minute);
        Assert.AreEqual(10, Pass(100, "203.0.113.9"));
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
    public void Ports_and_the_last_64_bits_of_IPv6_do_not_count(string first, string second, bool isTheSame)
    {
        Pass(AddressLogSampler.BurstPerAddress, first);
        Assert.AreEqual(isTheSame ? 0 : AddressLogSampler.BurstPerAddress, Pass(AddressLogSampler.BurstPerAddress, second));
    }

    [TestMethod]
    public void All_addresses_together_pass_a_thousand_and_then_five_a_minute()
    {
        Assert.AreEqual(1_000, Flood(0, 5_000));
        for (int minute = 1; minute <= 100; minute++)
        {
            _time.Advance(Minute);
            Assert.AreEqual(5, Flood(minute * 5_000, 5_000));
        }

        Assert.AreEqual(101 * 5_000 - 1_500, _sampler.TakeSuppressed().Sum(entries => entries.Count));
    }

    [TestMethod]
    public void Half_of_the_total_is_for_addresses_that_had_no_entry_recently()
    {
        // The last ten addresses pass their first entry only.
        Assert.AreEqual(500 + 10, Enumerable.Range(0, 60).Sum(i => Pass(AddressLogSampler.BurstPerAddress, Address(i))));
        Assert.AreEqual(1, Pass(5, Address(60)));
        Assert.AreEqual(500 - 11, Flood(61, 1_000));
    }

    [TestMethod]
    public void TakeSuppressed_gives_address_name_count_and_time_once()
    {
        Pass(AddressLogSampler.BurstPerAddress + 3, "203.0.113.9:1", "Alice", "ALICE");
        DateTimeOffset since = _time.GetUtcNow();
        _time.Advance(TimeSpan.FromSeconds(10));
        Pass(AddressLogSampler.BurstPerAddress + 7, "[2001:db8::1]:1", "bob", "eve");

        CollectionAssert.AreEqual(
            (SuppressedEntries[])
            [
                new(AddressText.BlockOf("2001:db8::/64"), null, 7, since.AddSeconds(10)),
                new(AddressText.BlockOf("203.0.113.9"), "Alice", 3, since),
            ],
            _sampler.TakeSuppressed());
        Assert.HasCount(0, _sampler.TakeSuppressed());
    }

    [TestMethod]
    [DataRow(10, 10)]
    [DataRow(11, 11)]
    [DataRow(12, 11)]
    [DataRow(1_000, 11)]
    [DataRow(1_002, 11)]
    public void TakeSuppressed_sums_up_all_addresses_after_the_tenth(int addresses, int elements)
    {
        Flood(1_000_000, AddressLogSampler.BurstInTotal);
        DateTimeOffset since = _time.GetUtcNow();
        for (int i = 0; i < addresses; i++)
            Pass(i < 10 ? 3 : 1, Address(i));
        _time.Advance(TimeSpan.FromSeconds(1));
        Pass(1, Address(0));

        List<SuppressedEntries> suppressed = _sampler.TakeSuppressed();
        Assert.HasCount(elements, suppressed);
        Assert.AreEqual((AddressText.BlockOf(Address(0)), 4L), (suppressed[0].From, suppressed[0].Count));
        Assert.AreEqual(addresses + 21, suppressed.Sum(entries => entries.Count));
        Assert.IsTrue(suppressed.TrueForAll(entries => entries.Since == since && entries.Name == "name"));
        Assert.AreEqual(addresses > 10 ? 1 : 0, suppressed.Count(entries => entries.From is null));
    }

    [TestMethod]
    public void TakeSuppressed_lists_only_the_first_thousand_addresses_one_by_one()
    {
        Flood(1_000_000, AddressLogSampler.BurstInTotal);
        for (int i = 0; i < AddressLogSampler.CountedAddresses; i++)
            Pass(1, Address(i));
        Pass(5, Address(AddressLogSampler.CountedAddresses));

        List<SuppressedEntries> suppressed = _sampler.TakeSuppressed();
        Assert.AreEqual(1, suppressed[0].Count);
        Assert.AreEqual(AddressLogSampler.CountedAddresses - 10 + 5, suppressed.Single(entries => entries.From is null).Count);
    }

    /// <summary>One event from each of <paramref name="count"/> addresses.</summary>
    private int Flood(int first, int count) => Enumerable.Range(first, count).Sum(i => Pass(1, Address(i), $"name{i}"));

    private int Pass(int count, string address, params string[] names) => Enumerable.Range(0, count)
        .Count(i => _sampler.TryPass(AddressText.BlockOf(address), names.Length == 0 ? "name" : names[i % names.Length]));

    private static string Address(int number) => $"10.{number >> 16}.{(number >> 8) & 255}.{number & 255}";
}
