namespace ServerLib.Tests.Samples;

/// <summary>Starts the programs in <c>samples/</c> as processes, in a folder of the test's own.</summary>
internal static class SampleProcess
{
    /// <summary>Such as <c>bin/Debug/net10.0</c>, as in this project.</summary>
    private static readonly string Output = Path.GetRelativePath(Repository.File("ServerLib.Tests"), AppContext.BaseDirectory);

    /// <summary>Starts a server on a free port and waits until it listens.</summary>
    /// <param name="project">The project's folder, such as <c>Lobby/Server</c>.</param>
    /// <param name="folder">The current directory, in which the server stores its data.</param>
    /// <param name="token">Cancels the wait.</param>
    /// <param name="arguments">The arguments, besides the port and cheap password hashes.</param>
    public static Task<ProgramProcess> StartServerAsync(
        string project, TempFolder folder, CancellationToken token, params string[] arguments) =>
        ProgramProcess.StartServerAsync(
            AssemblyOf(project),
            folder.Path,
            token,
            [
                "--ServerLib:Port", "0", "--ServerLib:PasswordHashing:MemorySize", "64", "--ServerLib:PasswordHashing:Iterations", "1",
                .. arguments,
            ]);

    /// <summary>Starts a client, and does not wait.</summary>
    /// <param name="project">The project's folder, such as <c>Lobby/Client</c>.</param>
    /// <param name="folder">The current directory.</param>
    /// <param name="arguments">The arguments.</param>
    public static ProgramProcess Start(string project, TempFolder folder, params string[] arguments) =>
        ProgramProcess.Start(AssemblyOf(project), folder.Path, arguments);

    private static string AssemblyOf(string project)
    {
        string folder = Repository.File("samples", project);
        string name = Path.GetFileNameWithoutExtension(Directory.GetFiles(folder, "*.csproj").Single());
        return Path.Combine(folder, Output, $"{name}.dll");
    }
}
