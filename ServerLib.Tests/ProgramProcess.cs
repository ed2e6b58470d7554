using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Channels;

namespace ServerLib.Tests;

/// <summary>A program that runs as a process. Tests see only its streams, its files and its port.</summary>
internal sealed class ProgramProcess : IAsyncDisposable
{
    private const int Terminate = 15;

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly Channel<string> _errors = Channel.CreateUnbounded<string>();
    private readonly StringBuilder _transcript = new();
    private readonly Task _reading;

    private ProgramProcess(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(PumpAsync(process.StandardOutput, _lines.Writer), PumpAsync(process.StandardError, _errors.Writer));
    }

    /// <summary>The command <c>dotnet</c>.</summary>
    public static string Dotnet => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>The end point on which it listens.</summary>
    public IPEndPoint EndPoint { get; private set; } = new(IPAddress.None, 0);

    /// <summary>The number of the process.</summary>
    public int Id => _process.Id;

    /// <summary>Everything that it has printed so far, including errors.</summary>
    public string Transcript
    {
        get
        {
            lock (_transcript)
                return _transcript.ToString();
        }
    }

    /// <summary>Starts a program and does not wait.</summary>
    /// <param name="assembly">The path of its main assembly.</param>
    /// <param name="workingDirectory">The folder in which it runs.</param>
    /// <param name="arguments">Its arguments.</param>
    public static ProgramProcess Start(string assembly, string workingDirectory, params string[] arguments) =>
        Start(new ProcessStartInfo(Dotnet, [assembly, .. arguments]) { WorkingDirectory = workingDirectory });

    /// <summary>Starts a program and does not wait.</summary>
    /// <param name="start">The program, its arguments and its environment. Its streams are redirected.</param>
    public static ProgramProcess Start(ProcessStartInfo start)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        start.StandardOutputEncoding = Encoding.UTF8;
        start.StandardErrorEncoding = Encoding.UTF8;
        return new ProgramProcess(Process.Start(start)!);
    }

    /// <summary>Starts a server and waits until it listens.</summary>
    /// <inheritdoc cref="Start"/>
    public static async Task<ProgramProcess> StartServerAsync(
        string assembly, string workingDirectory, CancellationToken token, params string[] arguments)
    {
        ProgramProcess server = Start(assembly, workingDirectory, arguments);
        try
        {
            string line = await server.WaitForLineAsync("Listening on ", token);
            server.EndPoint = IPEndPoint.Parse(line.Split("Listening on ")[1].Split(' ')[0]);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends a line to its standard input.</summary>
    public async Task SendLineAsync(string line, CancellationToken token)
    {
        await _process.StandardInput.WriteAsync($"{line}\n".AsMemory(), token);
        await _process.StandardInput.FlushAsync(token);
    }

    /// <summary>Closes its standard input.</summary>
    public void CloseInput() => _process.StandardInput.Close();

    /// <summary>The next line of standard output that contains <paramref name="text"/>. Earlier lines are skipped.</summary>
    public Task<string> WaitForLineAsync(string text, CancellationToken token) => WaitForLineAsync(_lines.Reader, text, token);

    /// <summary>The next line of standard error that contains <paramref name="text"/>. Earlier lines are skipped.</summary>
    public Task<string> WaitForErrorAsync(string text, CancellationToken token) => WaitForLineAsync(_errors.Reader, text, token);

    private async Task<string> WaitForLineAsync(ChannelReader<string> lines, string text, CancellationToken token)
    {
        try
        {
            while (true)
            {
                string line = await lines.ReadAsync(token);
                if (line.Contains(text, StringComparison.Ordinal))
                    return line;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
        {
            throw new InvalidOperationException($"No line with '{text}' came; the program printed:\n{Transcript}", e);
        }
    }

    /// <summary>Waits until the process has exited and all its output is read.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> WaitForExitAsync(CancellationToken token)
    {
        await _process.WaitForExitAsync(token);
        await _reading.WaitAsync(token);
        return _process.ExitCode;
    }

    /// <summary>Sends SIGTERM, and waits until the process has exited.</summary>
    /// <returns>The exit code.</returns>
    public Task<int> StopAsync(CancellationToken token)
    {
        Signal(Terminate);
        return WaitForExitAsync(token);
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
        await _process.WaitForExitAsync(Guard.NewToken());
        await _reading.WaitAsync(Guard.NewToken());
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private async Task PumpAsync(StreamReader from, ChannelWriter<string> to)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            lock (_transcript)
                _transcript.Append(line).Append('\n');
            to.TryWrite(line);
        }

        to.Complete();
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);
}
