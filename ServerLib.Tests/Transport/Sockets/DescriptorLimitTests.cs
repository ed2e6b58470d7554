using ServerLib.Transport;

namespace ServerLib.Tests.Transport;

[TestClass]
public sealed class DescriptorLimitTests
{
    [TestMethod]
    [DataRow(355UL, true)]
    [DataRow(356UL, false)]
    [DataRow(ulong.MaxValue, false)]
    [DataRow(0UL, true)]
    [DataRow(null, false)]
    public void The_descriptor_limit_covers_every_connection_and_a_reserve(ulong? allowed, bool isTooLow)
    {
        Assert.AreEqual(isTooLow, DescriptorLimit.IsTooLow(allowed, 100, out long needed));
        Assert.AreEqual(356, needed);
    }

    [TestMethod]
    public void The_descriptor_limit_does_not_overflow()
    {
        Assert.IsTrue(DescriptorLimit.IsTooLow(20_000, int.MaxValue, out long needed));
        Assert.AreEqual(2_147_483_647L + 256, needed);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void The_limit_is_the_one_that_the_system_reports()
    {
        string limit = File.ReadLines("/proc/self/limits").Single(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        string soft = limit.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3];
        Assert.AreEqual(soft, DescriptorLimit.Current?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "unlimited");
    }
}
