using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Channels;
using ServerLib.Cli;
using ServerLib.Tests.Cli;

namespace ServerLib.Tests.EndToEnd;

/// <summary>
/// The program <c>serverlib</c> as a process, for tests that end or kill it. Tests see only its streams, its files and its port. Otherwise
/// use <see cref="HostRun"/>.
/// </summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private static readonly string Assembly = Path.Combine(AppContext.BaseDirectory, "ServerLib.Host.dll");

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly StringBuilder _transcript = new();
    private readonly Task _reading;

    private HostProcess(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(PumpAsync(process.StandardOutput, _lines.Writer), PumpAsync(process.StandardError, null));
    }

    /// <summary>The end point on which it listens.</summary>
    public IPEndPoint EndPoint { get; private set; } = new(IPAddress.None, 0);

    /// <summary>Everything that it has printed so far, including errors.</summary>
    public string Transcript
    {
        get
        {
            lock (_transcript)
                return _transcript.ToString();
        }
    }

    /// <summary>Starts the host on a free port and waits until it listens.</summary>
    public static async Task<HostProcess> StartAsync(DataFolder data, CancellationToken token, params string[] arguments)
    {
        // Short passwords and cheap hashes keep these tests fast.
        string[] cheap =
        [
            "--ServerLib:PasswordHashing:MemorySize", "64", "--ServerLib:PasswordHashing:Iterations", "1",
            "--ServerLib:Passwords:MinLength", "1",
        ];
        HostProcess host = Launch(data, ["--port", "0", "--data", data.Path, .. cheap, .. arguments]);
        try
        {
            string line = await host.WaitForLineAsync("Listening on ", token);
            host.EndPoint = IPEndPoint.Parse(line.Split("Listening on ")[1].Split(' ')[0]);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the host with exactly these arguments and does not wait.</summary>
    public static HostProcess Launch(DataFolder data, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [Assembly, .. arguments])
        {
            WorkingDirectory = data.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        return new HostProcess(Process.Start(start)!);
    }

    /// <summary>Sends a line to the console.</summary>
    public async Task CommandAsync(string line, CancellationToken token)
    {
        await _process.StandardInput.WriteAsync($"{line}\n".AsMemory(), token);
        await _process.StandardInput.FlushAsync(token);
    }

    /// <summary>Closes its standard input.</summary>
    public void CloseInput() => _process.StandardInput.Close();

    /// <summary>The next line of standard output that contains <paramref name="text"/>. Earlier lines are skipped.</summary>
    public async Task<string> WaitForLineAsync(string text, CancellationToken token)
    {
        try
        {
            while (true)
            {
                string line = await _lines.Reader.ReadAsync(token);
                if (line.Contains(text, StringComparison.Ordinal))
                    return line;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
        {
            throw new InvalidOperationException($"No line with '{text}' came; the host printed:\n{Transcript}", e);
        }
    }

    /// <summary>Repeats the command <c>status</c> until its output contains <paramref name="text"/>.</summary>
    public async Task WaitForStatusAsync(string text, CancellationToken token)
    {
        string line;
        do
        {
            await CommandAsync("status", token);
            line = await WaitForLineAsync("listening on ", token);
        }
        while (!line.Contains(text, StringComparison.Ordinal));
    }

    /// <summary>Waits until the process has exited and all its output is read.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> WaitForExitAsync(CancellationToken token)
    {
        await _process.WaitForExitAsync(token);
        await _reading.WaitAsync(token);
        return _process.ExitCode;
    }

    /// <summary>Sends a signal, like <c>kill</c>.</summary>
    public void Signal(int signal)
    {
        if (SendSignal(_process.Id, signal) != 0)
            throw new Win32Exception();
    }

    /// <summary>Kills the process with SIGKILL.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        await _reading;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private async Task PumpAsync(StreamReader from, ChannelWriter<string>? to)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            lock (_transcript)
                _transcript.Append(line).Append('\n');
            to?.TryWrite(line);
        }

        to?.Complete();
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);
}
