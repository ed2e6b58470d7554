using System.Net;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Diagnostics;
using ServerLib.RateLimiting;

namespace ServerLib.Tests.Diagnostics;

[TestClass]
public sealed class ActivityLogSamplerTests
{
    private static readonly AddressBlock Here = AddressBlock.Of(IPAddress.Parse("203.0.113.7"));
    private static readonly AddressBlock There = AddressBlock.Of(IPAddress.Parse("2001:db8::1"));
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _lines = [];
    private readonly ActivityLogSampler _sampler;

    public ActivityLogSamplerTests() => _sampler = new ActivityLogSampler(new GuardedLog(new DelegateLog(_lines.Add), _ => { }, () => { }), _time, "guests");

    [TestMethod]
    public void The_rest_is_summed_up_once_a_minute_with_the_address_that_has_most()
    {
        Assert.AreEqual(10, Pass(Here, 12));
        CollectionAssert.AreEqual(new[] { "[ ALERT ] guests without a line of their own: 1, 1 of them from 203.0.113.7" }, _lines);

        Assert.AreEqual(10, Pass(There, 40));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.AreEqual(1, Pass(Here, 2));
        Assert.AreEqual("[ ALERT ] guests without a line of their own: 32, 30 of them from 2001:db8::/64", _lines[^1]);
        Assert.HasCount(2, _lines);
    }

    [TestMethod]
    public void Refund_gives_back_to_the_address_and_to_the_total()
    {
        for (int i = 0; i < 10 * AddressLogSampler.BurstInTotal; i++)
        {
            Assert.IsTrue(_sampler.TryPass(Here));
            _sampler.Refund(Here);
        }

        Assert.AreEqual(10, Pass(Here, 11));
        _sampler.Refund(There);
        Assert.AreEqual(10, Pass(There, 11), "A refund without a pass must not save anything up.");
    }

    private int Pass(AddressBlock from, int count) => Enumerable.Range(0, count).Count(_ => _sampler.TryPass(from));
}
