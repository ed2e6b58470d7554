using ServerLib.Administration.Commands;

namespace ServerLib.Tests.Docs;

[TestClass]
public sealed class AdminPageTests
{
    [TestMethod]
    public void The_table_of_commands_has_every_command()
    {
        string page = File.ReadAllText(Repository.File("docs", "admin", "commands.md"));
        IEnumerable<string> commands = AdminCommands.Create().Where(command => !command.Hidden).Select(command => command.FullName);

        Assert.AreEqual("", string.Join(", ", commands.Where(name => !page.Contains($"\n| `{name}", StringComparison.Ordinal))));
    }

    [TestMethod]
    public void The_table_of_events_has_every_event_of_the_audit_trail_and_no_other()
    {
        string page = File.ReadAllText(Repository.File("docs", "admin", "audit.md"));
        IEnumerable<string> rows = page.Split("\n| event |")[1].Split("\n\n")[0].Split('\n').Skip(2);
        IEnumerable<string> events = rows.SelectMany(row => row.Split('|')[1].Split('`').Where((_, i) => i % 2 == 1));

        CollectionAssert.AreEquivalent(Enum.GetNames<AuditEvent>(), events.ToArray());
    }
}
