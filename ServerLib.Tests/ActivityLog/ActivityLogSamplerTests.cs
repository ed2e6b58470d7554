using System.Net;
using Microsoft.Extensions.Time.Testing;
using ServerLib.ActivityLog;
using ServerLib.RateLimiting;

namespace ServerLib.Tests.ActivityLog;

[TestClass]
public sealed class ActivityLogSamplerTests
{
    private static readonly AddressBlock Here = AddressBlock.Of(IPAddress.Parse("203.0.113.7"));
    private static readonly AddressBlock There = AddressBlock.Of(IPAddress.Parse("2001:db8::1"));
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _lines = [];
    private readonly ActivityLogSampler _limit;

    public ActivityLogSamplerTests() => _limit = new ActivityLogSampler(new DelegateLog(_lines.Add), _time, "guests are");

    [TestMethod]
    public void What_is_too_much_is_told_once_a_minute_with_who_it_was_most_of()
    {
        Assert.AreEqual(10, Take(Here, 12));
        CollectionAssert.AreEqual(new[] { "[ ALERT ] 1 guests are without a line of their own, 1 of them from 203.0.113.7" }, _lines);

        Assert.AreEqual(10, Take(There, 40));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.AreEqual(1, Take(Here, 2));
        Assert.AreEqual("[ ALERT ] 32 guests are without a line of their own, 30 of them from 2001:db8::/64", _lines[^1]);
        Assert.HasCount(2, _lines);
    }

    [TestMethod]
    public void What_is_given_back_can_be_taken_again_by_its_address_and_by_all()
    {
        for (int i = 0; i < 10 * AddressLogSampler.OfAll; i++)
        {
            Assert.IsTrue(_limit.TryTake(Here));
            _limit.GiveBack(Here);
        }

        Assert.AreEqual(10, Take(Here, 11));
        _limit.GiveBack(There);
        Assert.AreEqual(10, Take(There, 11), "Where nothing was taken nothing is saved up.");
    }

    private int Take(AddressBlock from, int count) => Enumerable.Range(0, count).Count(_ => _limit.TryTake(from));
}
