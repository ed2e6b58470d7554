using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

/// <summary>The program in a pseudo-terminal of 98 columns.</summary>
internal sealed class Terminal : IDisposable
{
    private static readonly string Program = Path.Combine("ServerLib.Host", "bin", "Debug", "net10.0", "ServerLib.Host.dll");

    private readonly Process _process;
    private readonly CancellationToken _token;
    private readonly StringBuilder _text = new();
    private int _seen;

    public Terminal(string[] arguments, CancellationToken token)
    {
        _token = token;
        string command = $"stty cols {Screen.Columns} rows 40; exec dotnet {Program} {string.Join(' ', arguments)}";
        var start = new ProcessStartInfo("script", ["--quiet", "--flush", "--command", command, "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["TERM"] = "xterm-256color";
        _process = Process.Start(start) ?? throw new InvalidOperationException("'script' did not start.");
    }

    public Screen Screen { get; private set; } = new();

    /// <summary>Forgets what is on the screen.</summary>
    public void Clear() => Screen = new Screen();

    public async Task TypeAsync(string text)
    {
        await _process.StandardInput.WriteAsync(text);
        await _process.StandardInput.FlushAsync(_token);
    }

    /// <summary>Waits until the program prints a text that matches.</summary>
    /// <returns>The first group of the match.</returns>
    public async Task<string> WaitAsync(string pattern)
    {
        char[] buffer = new char[4_096];
        while (true)
        {
            Match match = Regex.Match(_text.ToString(_seen, _text.Length - _seen), pattern);
            if (match.Success)
            {
                _seen += match.Index + match.Length;
                return match.Groups[1].Value;
            }

            int count = await _process.StandardOutput.ReadAsync(buffer, _token);
            if (count == 0)
                throw new InvalidOperationException($"The program ended without '{pattern}':\n{_text}");
            _text.Append(buffer, 0, count);
            Screen.Write(buffer.AsSpan(0, count));
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }
}
