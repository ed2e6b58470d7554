namespace ServerLib.Tests.Package;

/// <summary>A solution outside the source tree, created with the template.</summary>
/// <param name="folder">Its folder.</param>
internal sealed class TemplateSolution(string folder)
{
    /// <summary>A name that is not an identifier.</summary>
    private const string Name = "My.Game-2";

    /// <summary>Installs the template where it does not affect other tests, and creates a solution.</summary>
    /// <param name="folder">The folder for everything. It is created.</param>
    /// <param name="feed">The folder that contains the packages.</param>
    /// <param name="version">The packages' version.</param>
    /// <param name="machinePackages">The machine's folder of extracted packages.</param>
    /// <param name="port">The server's port.</param>
    /// <param name="token">Cancels the commands.</param>
    public static async Task<TemplateSolution> CreateAsync(
        string folder, string feed, string version, string machinePackages, string port, CancellationToken token)
    {
        Directory.CreateDirectory(folder);
        PackageSources.Write(folder, feed, machinePackages);
        string[] hive = ["--debug:custom-hive", Path.Combine(folder, "hive")];
        await DotnetCommand.RunAsync(
            folder, token, ["new", "install", Path.Combine(feed, $"ServerLib.Templates.{version}.nupkg"), .. hive]);
        await DotnetCommand.RunAsync(folder, token, ["new", "serverlib", "--name", Name, "--port", port, "--no-update-check", .. hive]);
        return new TemplateSolution(Path.Combine(folder, Name));
    }

    /// <summary>Builds it without warnings.</summary>
    public Task BuildAsync(CancellationToken token) =>
        DotnetCommand.RunAsync(folder, token, "build", "-warnaserror", "-p:NuGetAudit=false");

    /// <summary>Runs its tests.</summary>
    /// <returns>The output.</returns>
    public Task<string> TestAsync(CancellationToken token) => DotnetCommand.RunAsync(folder, token, "test", "--no-build");

    /// <summary>The folder of one of its projects, such as <c>Server</c>.</summary>
    public string ProjectFolder(string part) => Path.Combine(folder, $"{Name}.{part}");

    /// <summary>The assembly of one of its projects.</summary>
    public string AssemblyOf(string part) => Path.Combine(ProjectFolder(part), "bin", "Debug", "net10.0", $"{Name}.{part}.dll");
}
