using Microsoft.Extensions.Time.Testing;
using ServerLib.Diagnostics;

namespace ServerLib.Tests.Diagnostics;

[TestClass]
public sealed class FailureSamplerTests
{
    [TestMethod]
    public void Failures_of_one_method_are_logged_once_a_second_and_counted()
    {
        var time = new FakeTimeProvider();
        var sampler = new FailureSampler(time);

        Assert.IsTrue(sampler.TryPass("enroll", out long count));
        Assert.AreEqual(1, count);
        for (int i = 0; i < 5_000; i++)
            Assert.IsFalse(sampler.TryPass("enroll", out _));
        Assert.IsTrue(sampler.TryPass("ask", out count));
        Assert.AreEqual(1, count);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.IsTrue(sampler.TryPass("enroll", out count));
        Assert.AreEqual(5_001, count);
    }
}
