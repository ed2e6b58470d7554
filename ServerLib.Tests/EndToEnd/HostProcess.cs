using ServerLib.Tests.Cli;

namespace ServerLib.Tests.EndToEnd;

/// <summary>Starts the program <c>serverlib</c> as a process, for tests that end or kill it. Otherwise use <see cref="HostRun"/>.</summary>
internal static class HostProcess
{
    private static readonly string Assembly = Path.Combine(AppContext.BaseDirectory, "ServerLib.Host.dll");

    /// <summary>Arguments for short passwords and cheap hashes, which keep tests fast.</summary>
    public static string[] Cheap { get; } =
    [
        "--ServerLib:PasswordHashing:MemorySize", "64", "--ServerLib:PasswordHashing:Iterations", "1", "--ServerLib:Passwords:MinLength", "1",
    ];

    /// <summary>Starts the host on a free port and waits until it listens.</summary>
    public static Task<ProgramProcess> StartAsync(DataFolder data, CancellationToken token, params string[] arguments) =>
        ProgramProcess.StartServerAsync(
            Assembly, data.Root, token, ["--port", "0", "--data", data.Path, .. Cheap, .. arguments]);

    /// <summary>Starts the host with exactly these arguments and does not wait.</summary>
    public static ProgramProcess Launch(DataFolder data, params string[] arguments) => ProgramProcess.Start(Assembly, data.Root, arguments);

    /// <summary>Sends a line to the console.</summary>
    public static Task CommandAsync(this ProgramProcess host, string line, CancellationToken token) => host.SendLineAsync(line, token);

    /// <summary>Repeats the command <c>status</c> until its output contains <paramref name="text"/>.</summary>
    public static async Task WaitForStatusAsync(this ProgramProcess host, string text, CancellationToken token)
    {
        string line;
        do
        {
            await host.CommandAsync("status", token);
            line = await host.WaitForLineAsync("listening on ", token);
        }
        while (!line.Contains(text, StringComparison.Ordinal));
    }
}
