#:property TargetFramework=net10.0
#:property PublishAot=false
#:property RestorePackagesWithLockFile=false

// Draws docs/images/session.svg: runs the server and two chat clients, types into them, and renders what they print.
// Run it from the root of the repository: dotnet run docs/tools/session.cs

using System.Diagnostics;
using System.Globalization;
using System.Security;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading.Channels;

const string Password = "correct horse";
using var build = Process.Start("dotnet", ["build", "ServerLib.Host", "-v", "quiet", "--nologo"]);
build.WaitForExit();
if (build.ExitCode != 0)
    return build.ExitCode;

using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
string folder = Directory.CreateTempSubdirectory("serverlib-session-").FullName;
try
{
    var server = new Terminal("Server", "$ serverlib", ["--port", "0", "--data", folder], limit.Token);
    string listening = await server.WaitAsync("Listening on ");
    await server.WaitAsync("Type 'help'");
    string address = listening.Split(' ')[^1];

    var ada = new Terminal("Chat", "$ serverlib connect --user ada\nPassword:", ["connect", address, "--user", "ada"], limit.Token, Password);
    await ada.WaitAsync("joined");
    await server.WaitAsync("clients connected: 1");
    var eve = new Terminal("", "", ["connect", address, "--user", "eve"], limit.Token, Password);
    await ada.WaitAsync("eve joined");
    await eve.WaitAsync("joined");
    await server.WaitAsync("clients connected: 2");

    ada.Type("Good morning!", "> ");
    await eve.WaitAsync("Good morning!");
    eve.Type("BUY MY THINGS NOW", "> ");
    await ada.WaitAsync("BUY MY THINGS NOW");
    server.Type("users");
    await server.WaitAsync("eve  ");
    server.Type("ban add eve 7d spam");
    await server.WaitAsync("clients connected: 1", "connection ended");
    await ada.WaitAsync("eve left");
    server.Type("say Sorry for that.");
    await server.WaitAsync("sent to");
    await ada.WaitAsync("Sorry for that.");
    await eve.EndAsync();

    string[] chat = ada.Screen;
    string[] console = server.Screen;
    ada.Type("/quit");
    await ada.EndAsync();
    server.Type("shutdown");
    await server.EndAsync();

    string path = Path.Combine("docs", "images", "session.svg");
    File.WriteAllText(path, Picture.Draw([("Chat", [.. chat, "> \u2588"]), ("Server and admin console", [.. console, "\u2588"])]));
    Console.WriteLine($"Wrote {path}");
    return 0;
}
finally
{
    Terminal.StopAll();
    Directory.Delete(folder, recursive: true);
}

/// <summary>A program and what is on its screen.</summary>
internal sealed partial class Terminal
{
    private static readonly string Program = Path.Combine("ServerLib.Host", "bin", "Debug", "net10.0", "ServerLib.Host.dll");
    private static readonly List<Process> Started = [];
    private static readonly List<string> Ports = [];

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly List<string> _screen = [];
    private readonly CancellationToken _token;
    private readonly Task _reading;

    public Terminal(string title, string shown, string[] arguments, CancellationToken token, string? password = null)
    {
        _token = token;
        _screen.AddRange(shown.Split('\n'));
        var start = new ProcessStartInfo("dotnet", [Program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        if (password is not null)
            start.Environment["SERVERLIB_PASSWORD"] = password;
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{title} did not start.");
        Started.Add(_process);
        _reading = ReadAsync();
    }

    public static void StopAll()
    {
        foreach (Process process in Started)
        {
            if (!process.HasExited)
                process.Kill();
            process.Dispose();
        }
    }

    /// <summary>The lines so far. What differs from run to run, such as times and ports, is replaced.</summary>
    public string[] Screen
    {
        get
        {
            lock (_screen)
                return [.. _screen.Select(Fixed)];
        }
    }

    public void Type(string line, string prompt = "")
    {
        lock (_screen)
            _screen.Add($"\u0002{prompt}{line}");
        _process.StandardInput.WriteLine(line);
    }

    /// <summary>Waits until each text has been printed, in any order.</summary>
    /// <returns>The last line.</returns>
    public async Task<string> WaitAsync(params string[] texts)
    {
        List<string> missing = [.. texts];
        while (true)
        {
            string line = await _lines.Reader.ReadAsync(_token);
            missing.RemoveAll(text => line.Contains(text, StringComparison.Ordinal));
            if (missing.Count == 0)
                return line;
        }
    }

    public async Task EndAsync()
    {
        await _process.WaitForExitAsync(_token);
        await _reading;
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync(_token) is { } line)
        {
            lock (_screen)
                _screen.Add(line);
            _lines.Writer.TryWrite(line);
        }

        _lines.Writer.Complete(new InvalidOperationException($"A program ended:\n{string.Join('\n', _screen)}"));
    }

    private static string Fixed(string line)
    {
        line = Fingerprint().Replace(line, "4F:0C:7E:…:D2:9A");
        line = Folder().Replace(line, "serverlib-data");
        line = End().Replace(line, "2028-11-30");
        line = Week().Replace(line, "until 2026-12-07 18:30:00 +00:00");
        line = Time().Replace(line, "2026-11-30 18:30:00 +00:00");
        return Port().Replace(line, match => match.Value.StartsWith("Listening", StringComparison.Ordinal)
            ? "Listening on 127.0.0.1:8080"
            : $"127.0.0.1:{ClientPort(match.Value)}");
    }

    /// <summary>The clients' ports in the order in which they are seen.</summary>
    private static int ClientPort(string address)
    {
        if (!Ports.Contains(address))
            Ports.Add(address);
        return 50412 + (2 * Ports.IndexOf(address));
    }

    [GeneratedRegex("([0-9A-F]{2}:){31}[0-9A-F]{2}")]
    private static partial Regex Fingerprint();

    [GeneratedRegex(@"\S*serverlib-session-\w+")]
    private static partial Regex Folder();

    [GeneratedRegex(@"(?<=valid until )\d{4}-\d\d-\d\d")]
    private static partial Regex End();

    [GeneratedRegex(@"until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d\d:\d\d")]
    private static partial Regex Week();

    [GeneratedRegex(@"(?<!until )\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d\d:\d\d")]
    private static partial Regex Time();

    [GeneratedRegex(@"(Listening on )?127\.0\.0\.1:\d+")]
    private static partial Regex Port();
}

/// <summary>Terminal windows below each other, as SVG.</summary>
internal static class Picture
{
    private const int Columns = 98;
    private const double CharWidth = 7.8;
    private const int LineHeight = 18;
    private const int Padding = 14;
    private const int TitleHeight = 28;
    private static readonly string[] Buttons = ["#e06c75", "#e5c07b", "#98c379"];

    public static string Draw((string Title, string[] Lines)[] windows)
    {
        int width = (int)(Columns * CharWidth) + (2 * Padding);
        var body = new StringBuilder();
        int top = 0;
        foreach ((string title, string[] lines) in windows)
        {
            string[] rows = [.. lines.SelectMany(Wrap)];
            int height = TitleHeight + (rows.Length * LineHeight) + Padding;
            Append($"<rect x='0' y='{top}' width='{width}' height='{height}' rx='8' fill='#1e2430'/>");
            Append($"<path d='M0 {top + TitleHeight} V{top + 8} a8 8 0 0 1 8 -8 H{width - 8} a8 8 0 0 1 8 8 V{top + TitleHeight} Z' fill='#2f3848'/>");
            for (int i = 0; i < 3; i++)
                Append($"<circle cx='{18 + (i * 18)}' cy='{top + 14}' r='5' fill='{Buttons[i]}'/>");
            Append($"<text x='{width / 2}' y='{top + 18}' text-anchor='middle' fill='#aab4c4'>{SecurityElement.Escape(title)}</text>");
            for (int i = 0; i < rows.Length; i++)
            {
                string row = rows[i].TrimStart('\u0002');
                string color = rows[i].StartsWith('\u0002') || row.StartsWith('$') ? "#ffffff" : Color(row);
                Append($"<text x='{Padding}' y='{top + TitleHeight + ((i + 1) * LineHeight) - 2}' fill='{color}' xml:space='preserve'>{SecurityElement.Escape(row)}</text>");
            }

            top += height + 12;
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{top - 12}' viewBox='0 0 {width} {top - 12}' "
            + $"font-family='DejaVu Sans Mono, Menlo, Consolas, monospace' font-size='13'>\n{body}</svg>\n");

        void Append(FormattableString element) => body.Append(element.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private static string Color(string row) => row switch
    {
        ['[', ' ', 'A', ..] => "#e5c07b",
        ['[', ..] => "#7f8b9d",
        ['*', ..] => "#98c379",
        _ => "#d5dbe5",
    };

    private static IEnumerable<string> Wrap(string line) => line.Length == 0 ? [""] : line.Chunk(Columns).Select(chars => new string(chars));
}
