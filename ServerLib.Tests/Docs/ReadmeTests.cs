using System.Reflection;
using ServerLib.Administration.Commands;
using ServerLib.Cli;

namespace ServerLib.Tests.CodeRules;

/// <summary>What the README shows is what there is.</summary>
[TestClass]
public sealed class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(Repository.File("README.md"));

    [TestMethod]
    public void Its_first_program_is_the_sample() =>
        StringAssert.Contains(Readme, $"```csharp\n{File.ReadAllText(Repository.File("samples", "EchoServer", "Program.cs"))}```\n");

    [TestMethod]
    public void Its_test_of_a_handler_is_one_that_runs_here() =>
        StringAssert.Contains(Readme, $"```csharp\n{File.ReadAllText(Repository.File("ServerLib.Tests", "Users", "EchoHandlerTests.cs"))}```\n");

    [TestMethod]
    public void Its_table_has_every_option()
    {
        IEnumerable<string> options =
        [
            .. Options(typeof(ServerOptions)),
            .. Options(typeof(ServerLimits)).Select(name => $"Limits:{name}"),
            .. Options(typeof(LoginOptions)).Select(name => $"Login:{name}"),
            .. Options(typeof(NewPasswordOptions)).Select(name => $"Passwords:{name}"),
            .. Options(typeof(ServerTlsOptions)).Select(name => $"Tls:{name}"),
            .. Options(typeof(AuditTrailOptions)).Select(name => $"Audit:{name}"),
            .. Options(typeof(ActivityLogOptions)).Select(name => $":{name}"),
            .. Options(typeof(PasswordHashingOptions)).Select(name => $":{name}"),
            "Login:ReservedNames:0",
            $"{nameof(ServerOptions.Bans)}:0",
        ];

        Assert.AreEqual("", string.Join(", ", options.Where(name => !Readme.Contains($"{name}`", StringComparison.Ordinal))));
    }

    [TestMethod]
    public void Its_table_has_every_command()
    {
        IEnumerable<string> commands = typeof(IAdminCommand).Assembly.GetTypes()
            .Where(type => type.IsClass && type.IsAssignableTo(typeof(IAdminCommand)))
            .Select(type => type.Name.Replace("Command", "", StringComparison.Ordinal).ToLowerInvariant());

        Assert.AreEqual("", string.Join(", ", commands.Where(name => !Readme.Contains($"\n| `{name}", StringComparison.Ordinal))));
    }

    [TestMethod]
    public void Its_table_has_every_event_of_the_audit_trail_and_no_other()
    {
        IEnumerable<string> rows = Readme.Split("\n| event |")[1].Split("\n\n")[0].Split('\n').Skip(2);
        IEnumerable<string> events = rows.SelectMany(row => row.Split('|')[1].Split('`').Where((_, i) => i % 2 == 1));

        CollectionAssert.AreEquivalent(Enum.GetNames<AuditEvent>(), events.ToArray());
    }

    [TestMethod]
    public void It_begins_with_the_two_commands()
    {
        string[] commands = [.. Readme.Split("```")[1..4].Where((_, i) => i % 2 == 0).Select(block => block.Trim())];

        CollectionAssert.AreEqual(new[] { "dotnet run --project ServerLib.Host", "dotnet test" }, commands);
    }

    private static IEnumerable<string> Options(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite).Select(property => property.Name);
}
