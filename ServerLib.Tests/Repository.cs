namespace ServerLib.Tests;

/// <summary>The source tree that these tests were built from.</summary>
internal static class Repository
{
    // Not by [CallerFilePath]: a deterministic build writes another root there.
    public static string Root { get; } = FindRoot(new DirectoryInfo(AppContext.BaseDirectory));

    public static string File(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string FindRoot(DirectoryInfo? folder)
    {
        while (folder is not null && !System.IO.File.Exists(Path.Combine(folder.FullName, "ServerLib.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException($"No ServerLib.sln above {AppContext.BaseDirectory}");
    }
}
