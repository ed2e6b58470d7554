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
        PackageProject.Write(
            Path.Combine(folder, "Consumer.csproj"),
            ("ServerLib", version),
            ("Microsoft.Extensions.Hosting", VersionHere("Microsoft.Extensions.Hosting")),
            ("Moq", VersionHere("Moq")));
        PackageSources.Write(folder, feed, machinePackages);
    }

    private static string VersionHere(string package) =>
        XDocument.Load(Repository.File("Directory.Packages.props")).Descendants("PackageVersion")
            .Single(element => (string?)element.Attribute("Include") == package).Attribute("Version")!.Value;
}
