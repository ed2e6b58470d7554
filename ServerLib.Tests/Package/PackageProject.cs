using System.Xml.Linq;

namespace ServerLib.Tests.Package;

/// <summary>The file of a project outside the source tree that uses packages.</summary>
internal static class PackageProject
{
    /// <summary>Writes the file of a program.</summary>
    /// <param name="file">The path.</param>
    /// <param name="packages">The packages.</param>
    public static void Write(string file, params IEnumerable<(string Name, string Version)> packages) => new XElement(
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
        new XElement("ItemGroup", packages.Select(package => Reference(package.Name, package.Version)))).Save(file);

    private static XElement Reference(string name, string version) =>
        new("PackageReference", new XAttribute("Include", name), new XAttribute("Version", version));
}
