using System.Runtime.InteropServices;
using System.Xml.Linq;

namespace ServerLib.Tests.Package;

/// <summary>A console project outside the source tree that uses ServerLib.Client.</summary>
internal static class ClientConsumerProject
{
    /// <summary>The name of the project and its program.</summary>
    public const string Name = "ClientConsumer";

    /// <summary>The property that selects how to publish: <c>PublishTrimmed</c> or <c>PublishAot</c>.</summary>
    public const string ModeProperty = "PublishMode";

    /// <summary>Writes the project into a new folder.</summary>
    public static void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        File.Copy(Repository.File("ServerLib.Tests", "Package", Name, "Program.cs"), Path.Combine(folder, "Program.cs"));
        Project().Save(Path.Combine(folder, $"{Name}.csproj"));
    }

    private static XElement Project() =>
        new(
            "Project",
            new XAttribute("Sdk", "Microsoft.NET.Sdk"),
            new XElement(
                "PropertyGroup",
                new XElement("OutputType", "Exe"),
                new XElement("TargetFramework", "net10.0"),
                new XElement("RuntimeIdentifier", RuntimeInformation.RuntimeIdentifier),
                new XElement("SelfContained", "true"),
                new XElement("Nullable", "enable"),
                new XElement("ImplicitUsings", "enable"),
                new XElement("InvariantGlobalization", "true"),
                new XElement("TrimmerSingleWarn", "false"),
                new XElement("TreatWarningsAsErrors", "true"),
                new XElement("NuGetAudit", "false"),
                Mode("PublishTrimmed"),
                Mode("PublishAot")),
            new XElement(
                "ItemGroup",
                new XElement("ProjectReference", new XAttribute("Include", Repository.File("ServerLib.Client", "ServerLib.Client.csproj")))));

    private static XElement Mode(string property) =>
        new(property, new XAttribute("Condition", $"'$({ModeProperty})' == '{property}'"), "true");
}
