using System.Xml.Linq;

namespace ServerLib.Tests.Package;

/// <summary>A console project outside the source tree that uses the package.</summary>
internal static class ConsumerProject
{
    /// <summary>Writes the project.</summary>
    /// <param name="folder">The project's folder. It is created if necessary.</param>
    /// <param name="feed">The folder that contains the package.</param>
    /// <param name="version">The package's version.</param>
    /// <param name="machinePackages">The machine's folder of extracted packages.</param>
    public static void Write(string folder, string feed, string version, string machinePackages)
    {
        Directory.CreateDirectory(folder);
        File.Copy(Repository.File("ServerLib.Tests", "Package", "Consumer", "Program.cs"), Path.Combine(folder, "Program.cs"));
        Project(version).Save(Path.Combine(folder, "Consumer.csproj"));
        PackageSources.Write(folder, feed, machinePackages);
    }

    private static XElement Project(string version) =>
        new(
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
            new XElement(
                "ItemGroup",
                Package("ServerLib", version),
                Package("Microsoft.Extensions.Hosting", VersionHere("Microsoft.Extensions.Hosting")),
                Package("Moq", VersionHere("Moq"))));

    private static XElement Package(string name, string version) =>
        new("PackageReference", new XAttribute("Include", name), new XAttribute("Version", version));

    private static string VersionHere(string package) =>
        XDocument.Load(Repository.File("Directory.Packages.props")).Descendants("PackageVersion")
            .Single(element => (string?)element.Attribute("Include") == package).Attribute("Version")!.Value;
}
