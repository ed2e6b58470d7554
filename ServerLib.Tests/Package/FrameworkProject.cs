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
        PackageProject.Write(Path.Combine(folder, $"{framework}Tests.csproj"), [("ServerLib.Testing", version), .. Packages[framework]]);
        PackageSources.Write(folder, feed, machinePackages);
    }
}
