using System.Text.RegularExpressions;

namespace ServerLib.Tests.CodeRules;

/// <summary>Holds the arrows between the library's folders: downwards only.</summary>
[TestClass]
public sealed partial class ArrowsTests
{
    [TestMethod]
    public void Compiled_types_use_only_what_is_below_them()
    {
        IEnumerable<TypeReference> references = House.Types().SelectMany(TypeReferences.Of).Where(r => House.IsWritten(r.To));

        AssertNone(House.Violations(references, House.FolderOf, House.IsConfiguration));
    }

    [TestMethod]
    public void Usings_name_only_what_is_below_them() =>
        AssertNone(
            from file in House.SourceFiles()
            from Match used in UsingOfFolder().Matches(File.ReadAllText(Repository.File("ServerLib", file)))
            where used.Groups["folder"].Value != "Protocol" && !House.MayUse(House.FolderOf(file), used.Groups["folder"].Value)
            select $"{file}: {used.Value}");

    [TestMethod]
    public void Every_file_says_the_namespace_of_its_folder() =>
        AssertNone(
            from file in House.SourceFiles()
            let said = NamespaceOfFile().Match(File.ReadAllText(Repository.File("ServerLib", file))).Groups["name"].Value
            let folder = House.FolderOf(file)
            where said != nameof(ServerLib)
                && (said != "Microsoft.Extensions.DependencyInjection" && said != $"ServerLib.{folder}")
            select $"{file} is in namespace '{said}'");

    [TestMethod]
    [DataRow("Transport", "Diagnostics")]
    [DataRow("Server", "Accounts")]
    [DataRow("Bans", "Bans")]
    [DataRow("Diagnostics", "Files")]
    [DataRow("", "Server")]
    public void An_arrow_down_is_allowed(string from, string to) => Assert.IsTrue(House.MayUse(from, to));

    [TestMethod]
    [DataRow("Diagnostics", "Transport")]
    [DataRow("Transport", "Connections")]
    [DataRow("Accounts", "Authentication")]
    [DataRow("Transport", "")]
    public void An_arrow_up_is_not(string from, string to) => Assert.IsFalse(House.MayUse(from, to));

    [TestMethod]
    public void A_folder_that_nobody_planned_is_refused() => Assert.ThrowsExactly<ArgumentException>(() => House.MayUse("Transport", "Utils"));

    private static void AssertNone(IEnumerable<string> violations) =>
        Assert.AreEqual("", string.Join(Environment.NewLine, violations.Distinct()));

    [GeneratedRegex(@"^(global )?using (static )?(\w+ = )?ServerLib\.(?<folder>\w+)[^;]*;", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex UsingOfFolder();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex NamespaceOfFile();
}
