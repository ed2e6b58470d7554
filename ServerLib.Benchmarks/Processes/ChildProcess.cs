using System.Diagnostics;

namespace ServerLib.Benchmarks.Processes;

/// <summary>
/// This program in another role. A command is a line of standard input, an answer is a line of standard output. The process ends when its
/// standard input closes, so none outlives its parent.
/// </summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ChildProcess(Process process) => _process = process;

    public static ChildProcess Start(bool fullyOptimized, params IEnumerable<string> arguments)
    {
        string self = Environment.ProcessPath!;
        var start = new ProcessStartInfo(self)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        if (Path.GetFileNameWithoutExtension(self) == "dotnet")
            start.ArgumentList.Add(typeof(ChildProcess).Assembly.Location);
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);

        // The generator is compiled with full optimization at once; servers use the runtime's defaults.
        if (fullyOptimized)
            start.Environment["DOTNET_TieredCompilation"] = "0";
        return new ChildProcess(Process.Start(start) ?? throw new InvalidOperationException($"{self} does not start."));
    }

    public async Task<T> ReadAsync<T>(TimeSpan timeout)
    {
        using var guard = new CancellationTokenSource(timeout);
        try
        {
            string? line = await _process.StandardOutput.ReadLineAsync(guard.Token);
            return line is null ? throw new IOException("it has ended") : JsonLine.Read<T>(line);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"no answer for {timeout.TotalSeconds:0} s");
        }
    }

    public async Task<T> AskAsync<T>(string command, TimeSpan timeout)
    {
        await _process.StandardInput.WriteLineAsync(command);
        await _process.StandardInput.FlushAsync();
        return await ReadAsync<T>(timeout);
    }

    /// <summary>Kills the process without a warning, and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.StandardInput.Close();
        using var guard = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        try
        {
            await _process.WaitForExitAsync(guard.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }
}
