using System.Xml.Linq;

namespace ServerLib.Tests.Package;

/// <summary>A test project outside the source tree that verifies a contract with one of the test frameworks.</summary>
internal static class FrameworkProject
{
    private static readonly Dictionary<string, (string Name, string Version)[]> Packages = new()
    {
        ["MSTest"] = [("MSTest", "4.5.2")],
        ["XUnit"] = [("Microsoft.NET.Test.Sdk", "18.11.0"), ("xunit.v3.mtp-off", "4.0.2"), ("xunit.runner.visualstudio", "4.0.1")],
        ["NUnit"] = [("Microsoft.NET.Test.Sdk", "18.11.0"), ("NUnit", "5.0.0"), ("NUnit3TestAdapter", "6.3.1")],
    };

    /// <summary>Writes the project.</summary>
    /// <param name="folder">The project's folder. It is created.</param>
    /// <param name="framework">The test framework, a file in the folder <c>Frameworks</c>.</param>
    /// <param name="feed">The folder that contains the packages under test.</param>
    /// <param name="version">Their version.</param>
    /// <param name="machinePackages">The machine's folder of extracted packages.</param>
    public static void Write(string folder, string framework, string feed, string version, string machinePackages)
    {
        Directory.CreateDirectory(folder);
        File.Copy(Repository.File("ServerLib.Tests", "Package", "Frameworks", $"{framework}.cs"), Path.Combine(folder, "BanDatabaseTests.cs"));
        new XElement(
            "Project",
            new XAttribute("Sdk", "Microsoft.NET.Sdk"),
            new XElement(
                "PropertyGroup",
                new XElement("OutputType", "Exe"),
                new XElement("TargetFramework", "net10.0"),
                new XElement("Nullable", "enable"),
                new XElement("ImplicitUsings", "enable"),
                new XElement("TreatWarningsAsErrors", "true"),
                new XElement("NuGetAudit", "false")),
            new XElement("ItemGroup", Package("ServerLib.Testing", version), Packages[framework].Select(each => Package(each.Name, each.Version))))
            .Save(Path.Combine(folder, $"{framework}Tests.csproj"));
        PackageSources.Write(folder, feed, machinePackages);
    }

    private static XElement Package(string name, string version) =>
        new("PackageReference", new XAttribute("Include", name), new XAttribute("Version", version));
}
