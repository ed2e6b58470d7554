using System.Xml.Linq;

namespace ServerLib.Tests.Package;

/// <summary>
/// The package sources of a project outside the source tree: the packages under test, and the machine's own sources. The packages under
/// test are extracted beside the project. Packages that the machine already has are not downloaded again.
/// </summary>
internal static class PackageSources
{
    /// <summary>Writes <c>nuget.config</c>.</summary>
    /// <param name="folder">The project's folder, or one above it.</param>
    /// <param name="feed">The folder that contains the packages under test.</param>
    /// <param name="machinePackages">The machine's folder of extracted packages.</param>
    public static void Write(string folder, string feed, string machinePackages) => new XElement(
        "configuration",
        new XElement("packageSources", Add("feed", feed)),
        new XElement("config", Add("globalPackagesFolder", "packages")),
        new XElement("fallbackPackageFolders", Add("machine", machinePackages))).Save(Path.Combine(folder, "nuget.config"));

    private static XElement Add(string key, string value) => new("add", new XAttribute("key", key), new XAttribute("value", value));
}
