using System.Text.RegularExpressions;

namespace ServerLib.Tests.CodeRules;

/// <summary>Dependencies between the folders of ServerLib point downwards only.</summary>
[TestClass]
public sealed partial class FolderDependencyTests
{
    [TestMethod]
    public void Types_use_only_types_of_lower_folders()
    {
        IEnumerable<TypeReference> references = LibraryLayout.Types().SelectMany(TypeReferences.Of).Where(r => LibraryLayout.IsWritten(r.To));

        AssertNone(LibraryLayout.Violations(references, LibraryLayout.FolderOf, LibraryLayout.IsConfiguration));
    }

    [TestMethod]
    public void Usings_name_only_lower_folders() =>
        AssertNone(
            from file in LibraryLayout.SourceFiles()
            from Match used in UsingOfFolder().Matches(File.ReadAllText(Repository.File("ServerLib", file)))
            where used.Groups["folder"].Value != "Protocol" && !LibraryLayout.MayUse(LibraryLayout.FolderOf(file), used.Groups["folder"].Value)
            select $"{file}: {used.Value}");

    [TestMethod]
    public void Every_file_declares_the_namespace_of_its_folder() =>
        AssertNone(
            from file in LibraryLayout.SourceFiles()
            let said = NamespaceOfFile().Match(File.ReadAllText(Repository.File("ServerLib", file))).Groups["name"].Value
            let folder = LibraryLayout.FolderOf(file)
            where said != nameof(ServerLib)
                && (said != "Microsoft.Extensions.DependencyInjection" && said != $"ServerLib.{folder}")
            select $"{file} is in namespace '{said}'");

    [TestMethod]
    [DataRow("Transport", "Diagnostics")]
    [DataRow("Server", "Accounts")]
    [DataRow("Bans", "Bans")]
    [DataRow("Diagnostics", "Files")]
    [DataRow("", "Server")]
    public void A_dependency_downwards_is_allowed(string from, string to) => Assert.IsTrue(LibraryLayout.MayUse(from, to));

    [TestMethod]
    [DataRow("Diagnostics", "Transport")]
    [DataRow("Transport", "Connections")]
    [DataRow("Accounts", "Authentication")]
    [DataRow("Transport", "")]
    public void A_dependency_upwards_is_refused(string from, string to) => Assert.IsFalse(LibraryLayout.MayUse(from, to));

    [TestMethod]
    public void An_unknown_folder_is_refused() => Assert.ThrowsExactly<ArgumentException>(() => LibraryLayout.MayUse("Transport", "Utils"));

    private static void AssertNone(IEnumerable<string> violations) =>
        Assert.AreEqual("", string.Join(Environment.NewLine, violations.Distinct()));

    [GeneratedRegex(@"^(global )?using (static )?(\w+ = )?ServerLib\.(?<folder>\w+)[^;]*;", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex UsingOfFolder();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex NamespaceOfFile();
}
