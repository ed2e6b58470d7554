using System.Text.RegularExpressions;

namespace ServerLib.Tests.Docs;

[TestClass]
public sealed class ServicePageTests
{
    [TestMethod]
    public void The_table_of_metrics_has_every_metric_and_no_other()
    {
        string page = File.ReadAllText(Repository.File("docs", "admin", "service.md"));
        string source = File.ReadAllText(Repository.File("ServerLib", "Diagnostics", "ServerMetrics.cs"));

        CollectionAssert.AreEquivalent(
            Metric('"').Matches(source).Select(match => match.Groups[1].Value).Distinct().ToArray(),
            Metric('`').Matches(page).Select(match => match.Groups[1].Value).Distinct().ToArray());
    }

    private static Regex Metric(char quote) => new($"{quote}(serverlib\\.[a-z_.]+){quote}");
}
