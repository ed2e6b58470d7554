using System.Runtime.InteropServices;
using System.Xml.Linq;

namespace ServerLib.Tests.Package;

/// <summary>A console project outside the source tree that is published trimmed or as native code.</summary>
/// <param name="name">The name of the project, of its program, and of the folder with its Program.cs.</param>
/// <param name="root">The folder in which everything is written.</param>
/// <param name="libraries">The projects that it uses.</param>
internal sealed class PublishedProject(string name, string root, params string[] libraries)
{
    /// <summary>Publishes trimmed, with all assemblies.</summary>
    public const string Trimmed = "PublishTrimmed";

    /// <summary>Publishes as native code.</summary>
    public const string Native = "PublishAot";

    private const string ModeProperty = "PublishMode";

    private string Folder => Path.Combine(root, "project");

    /// <summary>Writes the project.</summary>
    /// <param name="properties">Properties to add, such as <c>InvariantGlobalization</c>.</param>
    public void Write(params (string Name, string Value)[] properties)
    {
        Directory.CreateDirectory(Folder);
        File.Copy(Repository.File("ServerLib.Tests", "Package", name, "Program.cs"), Path.Combine(Folder, "Program.cs"));
        new XElement(
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
                new XElement("TrimmerSingleWarn", "false"),
                new XElement("NuGetAudit", "false"),
                Mode(Trimmed),
                Mode(Native),
                properties.Select(property => new XElement(property.Name, property.Value))),
            new XElement(
                "ItemGroup",
                libraries.Select(library =>
                    new XElement("ProjectReference", new XAttribute("Include", Repository.File(library, $"{library}.csproj"))))))
            .Save(Path.Combine(Folder, $"{name}.csproj"));
    }

    /// <summary>Publishes the project.</summary>
    /// <param name="mode"><see cref="Trimmed"/> or <see cref="Native"/>.</param>
    /// <param name="token">Stops waiting.</param>
    /// <returns>The folder of the program, and what the command printed.</returns>
    public async Task<(string Folder, string Output)> PublishAsync(string mode, CancellationToken token)
    {
        // Several tests run at the same time, and one must not rebuild an assembly that the other's linker reads.
        string folder = Path.Combine(root, mode);
        string[] arguments = ["publish", "--output", folder, "--artifacts-path", Path.Combine(root, $"{mode}-artifacts"), $"-p:{ModeProperty}={mode}"];
        string[] compiler = mode == Native ? NativeCompilerOptions() : [];
        return (folder, await DotnetCommand.RunAsync(Folder, token, [.. arguments, .. compiler]));
    }

    /// <summary>The program in a folder.</summary>
    public string ProgramIn(string folder) => Path.Combine(folder, name + (OperatingSystem.IsWindows() ? ".exe" : ""));

    /// <summary>Finds the C toolchain that native compilation needs on Linux. CI must have it; elsewhere the test is skipped without it.</summary>
    private static string[] NativeCompilerOptions()
    {
        if (!OperatingSystem.IsLinux() || IsInPath("clang"))
            return [];
        if (!IsInPath("gcc") && Environment.GetEnvironmentVariable("CI") != "true")
            Assert.Inconclusive("Native compilation needs clang or gcc, and neither is in the PATH.");
        return ["-p:CppCompilerAndLinker=gcc"];
    }

    private static bool IsInPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    private static XElement Mode(string property) =>
        new(property, new XAttribute("Condition", $"'$({ModeProperty})' == '{property}'"), "true");
}
