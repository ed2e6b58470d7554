using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace ServerLib.Tests.Cli.Terminals;

/// <summary>The real program in a pseudo-terminal, which the program <c>script</c> provides.</summary>
internal sealed class TerminalProcess : IAsyncDisposable
{
    private const string UsualTerm = "xterm-256color";

    private readonly Process _script;
    private readonly StringBuilder _screen = new();
    private int _seen;

    private TerminalProcess(Process script) => _script = script;

    /// <summary>The command <c>serverlib</c>.</summary>
    public static string[] Program { get; } = [ProgramProcess.Dotnet, Path.Combine(AppContext.BaseDirectory, "ServerLib.Host.dll")];

    /// <summary>Everything that was printed so far, with what the terminal has repeated of what was typed.</summary>
    public string Screen => _screen.ToString();

    /// <summary>Starts <c>serverlib</c> with these arguments, in a window of 100 columns.</summary>
    public static TerminalProcess Start(string folder, string[] arguments, string term = UsualTerm) =>
        StartCommand(folder, [.. Program, .. arguments], term);

    /// <summary>Starts a command in a window of 100 columns.</summary>
    /// <param name="folder">The folder in which it runs.</param>
    /// <param name="words">The program and its arguments.</param>
    /// <param name="term">The kind of terminal: <c>TERM</c>.</param>
    public static TerminalProcess StartCommand(string folder, string[] words, string term = UsualTerm)
    {
        if (!OperatingSystem.IsLinux())
            Assert.Inconclusive("The options of 'script' differ here.");

        // With 'exec', no shell is left that answers Ctrl+C itself and hides the program's exit code.
        string command = $"stty cols 100; exec {string.Join(' ', words.Select(word => $"'{word}'"))}";
        var start = new ProcessStartInfo("script", ["--quiet", "--flush", "--return", "--command", command, "/dev/null"])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            Environment = { ["TERM"] = term },
        };
        try
        {
            return new TerminalProcess(Process.Start(start)!);
        }
        catch (Win32Exception) when (Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Inconclusive("There is no program 'script' here.");
            throw;
        }
    }

    /// <summary>Types a text, such as a line that ends with \n, or \u0003 for Ctrl+C.</summary>
    public async Task TypeAsync(string text)
    {
        await _script.StandardInput.WriteAsync(text);
        await _script.StandardInput.FlushAsync();
    }

    /// <summary>Waits for a text after the one that was last waited for.</summary>
    /// <returns>What the screen shows from there to the end of the text.</returns>
    public async Task<string> SeeAsync(string text, CancellationToken token)
    {
        char[] buffer = new char[4_096];
        int at;
        while ((at = Screen.IndexOf(text, _seen, StringComparison.Ordinal)) < 0)
        {
            int count = await _script.StandardOutput.ReadAsync(buffer, token);
            Assert.AreNotEqual(0, count, $"The program ended without '{text}':\n{Screen}");
            _screen.Append(buffer, 0, count);
        }

        string shown = Screen[_seen..(at + text.Length)];
        _seen = at + text.Length;
        return shown;
    }

    /// <summary>Waits for a line with a text after the one that was last waited for.</summary>
    /// <returns>The line from the text to its end.</returns>
    public async Task<string> SeeLineAsync(string text, CancellationToken token)
    {
        await SeeAsync(text, token);
        return text + (await SeeAsync("\n", token)).TrimEnd();
    }

    /// <summary>Reads or changes the terminal's settings with the program <c>stty</c>.</summary>
    /// <param name="token">Stops waiting.</param>
    /// <param name="arguments">For example <c>-a</c> for all settings, or <c>cols 60</c> for a narrow window.</param>
    public async Task<string> SetAsync(CancellationToken token, params string[] arguments)
    {
        using Process program = FindProgram()!;
        string terminal = File.ResolveLinkTarget($"/proc/{program.Id}/fd/0", returnFinalTarget: false)!.FullName;
        using Process stty = Process.Start(new ProcessStartInfo("stty", ["-F", terminal, .. arguments]) { RedirectStandardOutput = true })!;
        string settings = await stty.StandardOutput.ReadToEndAsync(token);
        await stty.WaitForExitAsync(token);
        Assert.AreEqual(0, stty.ExitCode);
        return settings;
    }

    /// <summary>Closes the terminal's window, and waits until the program has ended.</summary>
    public async Task HangUpAsync(CancellationToken token)
    {
        using Process program = FindProgram()!;
        _script.Kill();
        await program.WaitForExitAsync(token);
    }

    /// <summary>Kills the program with SIGKILL, unless it has ended already.</summary>
    public async Task KillAsync(CancellationToken token)
    {
        using Process? program = FindProgram();
        program?.Kill();
        await WaitForExitAsync(token);
    }

    /// <summary>Waits until the program has exited.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> WaitForExitAsync(CancellationToken token)
    {
        _screen.Append(await _script.StandardOutput.ReadToEndAsync(token));
        await _script.WaitForExitAsync(token);
        return _script.ExitCode;
    }

    /// <returns><see langword="null"/> if it has ended.</returns>
    private Process? FindProgram()
    {
        try
        {
            string children = File.ReadAllText($"/proc/{_script.Id}/task/{_script.Id}/children");
            return Process.GetProcessById(int.Parse(children, CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_script.HasExited)
            _script.Kill(entireProcessTree: true);
        await _script.WaitForExitAsync(Guard.NewToken());
        _script.Dispose();
    }
}
