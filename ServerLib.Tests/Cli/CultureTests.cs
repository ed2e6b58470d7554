using System.Globalization;
using System.Text.RegularExpressions;

namespace ServerLib.Tests.Cli;

/// <summary>The host on a machine with another calendar, or with other rules for upper and lower case.</summary>
[TestClass]
public sealed partial class CultureTests
{
    [TestMethod]
    [DataRow("th-TH")]
    [DataRow("ar-SA")]
    [DataRow("tr-TR")]
    public async Task Output_and_files_are_the_same_in_every_culture(string culture)
    {
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
        using var folder = new TempFolder();
        string[] options =
            ["--port", "0", "--data", "data", "--serverlib:LIMITS:IDLETIMEOUT", "00:30:00", "--ServerLib:login:registration", "INVITATION"];
        await using HostRun run = await HostRun.ToEndAsync(
            folder,
            options,
            """
            STATUS
            status --json
            USER add iris --generate
            user list
            user list --json
            user show iris
            INVITE add 12h
            ban add 203.0.113.7 7d spam
            BAN list
            ban list --json
            HISTORY
            history --event adminCOMMAND --since 2020-01-01 --json
            SHUTDOWN

            """);

        Assert.AreEqual("", run.Error.ToString());
        Assert.AreEqual(0, await run.Ended);
        int[] years =
        [
            .. Year().Matches($"{run.Out}{File.ReadAllText(folder.File("data/activity.log"))}")
                .Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)),
        ];
        int now = DateTime.UtcNow.Year;
        Assert.IsGreaterThan(20, years.Length);
        CollectionAssert.AreEqual(Array.Empty<int>(), years.Where(year => year < now - 1 || year > now + 3).ToArray());
        Assert.DoesNotMatchRegex(@"[\u0660-\u0669]", run.Out.ToString());
    }

    [GeneratedRegex("([0-9]{4})-[0-9]{2}-[0-9]{2}")]
    private static partial Regex Year();
}
