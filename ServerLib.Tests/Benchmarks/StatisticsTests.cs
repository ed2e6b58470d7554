using ServerLib.Benchmarks.Load;

namespace ServerLib.Tests.Benchmarks;

[TestClass]
public sealed class StatisticsTests
{
    [TestMethod]
    public void The_median_is_the_middle_or_the_mean_of_the_two_middle_values()
    {
        Assert.AreEqual(3, Statistics.Median([9, 3, 1]));
        Assert.AreEqual(2.5, Statistics.Median([4, 1, 3, 2]));
    }

    [TestMethod]
    public void NaN_is_ignored()
    {
        Assert.AreEqual(2, Statistics.Median([double.NaN, 2, double.PositiveInfinity]));
        Assert.IsTrue(double.IsNaN(Statistics.Median([])));
        Assert.IsTrue(double.IsNaN(Statistics.Spread([double.NaN])));
    }

    [TestMethod]
    public void The_spread_is_the_range_divided_by_the_median() => Assert.AreEqual(0.5, Statistics.Spread([1.0, 0.75, 1.25]));
}
