#:property TargetFramework=net10.0
#:property PublishAot=false
#:property RestorePackagesWithLockFile=false

// Draws docs/images/users.svg and docs/images/connect.svg: runs the program in a pseudo-terminal, types into it, and renders the screen.
// Run it from the root of the repository, on Linux with the program 'script': dotnet run docs/tools/terminal.cs

using System.Diagnostics;
using System.Globalization;
using System.Security;
using System.Text;
using System.Text.RegularExpressions;

const string Password = "correct horse battery";
using var build = Process.Start("dotnet", ["build", "ServerLib.Host", "-v", "quiet", "--nologo"]);
build.WaitForExit();
if (build.ExitCode != 0)
    return build.ExitCode;

using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
string folder = Directory.CreateTempSubdirectory("serverlib-picture-").FullName;
var started = new List<Terminal>();
try
{
    Terminal server = Start("--port", "0", "--data", folder);
    string address = await server.WaitAsync(@"Listening on (\S+)");
    await server.WaitAsync("shutdown");

    foreach (string name in (string[])["ada", "bob"])
    {
        Terminal chat = Start("connect", address, "--user", name);
        chat.Screen.Write($"$ serverlib connect --user {name}\r\n");
        await chat.WaitAsync("assword");
        await chat.TypeAsync($"{Password}\r");
        await chat.WaitAsync("joined");
        await server.WaitAsync("clients connected: [0-9]+\\s");
    }

    await started[2].TypeAsync("Good morning!\r");
    await started[1].WaitAsync("bob: Good morning!");
    await started[1].TypeAsync("Hello bob\r");
    await started[2].WaitAsync("ada: Hello bob");
    await started[1].WaitAsync("Hello bob");
    server.Clear();
    await server.TypeAsync("users\r");
    await server.WaitAsync(@"bob.*\n");

    Save("users", server);
    Save("connect", started[1]);
    return 0;
}
finally
{
    started.ForEach(terminal => terminal.Dispose());
    Directory.Delete(folder, recursive: true);
}

Terminal Start(params string[] arguments)
{
    started.Add(new Terminal(arguments, limit.Token));
    return started[^1];
}

void Save(string name, Terminal terminal)
{
    string path = Path.Combine("docs", "images", $"{name}.svg");
    File.WriteAllText(path, Fixed(Picture.Draw(terminal.Screen)));
    Console.WriteLine($"Wrote {path}");
}

// What differs from run to run is replaced by a text of the same length.
static string Fixed(string picture)
{
    picture = Regex.Replace(picture, @"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "2026-11-30 18:30:00");
    string[] ports = [.. Regex.Matches(picture, @"(?<=127\.0\.0\.1:)\d{5}").Select(match => match.Value).Distinct()];
    for (int i = 0; i < ports.Length; i++)
        picture = picture.Replace($":{ports[i]}", $":{50_412 + (2 * i)}", StringComparison.Ordinal);
    return picture;
}

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

/// <summary>What a terminal shows, as far as the program uses it: text, colors, and movements of the cursor.</summary>
internal sealed partial class Screen
{
    public const int Columns = 98;

    private readonly List<List<Cell>> _rows = [[]];
    private string _pending = "";
    private int _row;
    private int _column;
    private Cell _style = new(' ', null, IsBold: false, IsDim: false);

    public IReadOnlyList<IReadOnlyList<Cell>> Rows => _rows;

    public void Write(ReadOnlySpan<char> text)
    {
        _pending += text.ToString();
        int at = 0;
        while (at < _pending.Length)
        {
            if (_pending[at] == '\u001b')
            {
                Match escape = Escape().Match(_pending, at);
                if (!escape.Success)
                    break;
                Control(escape.Groups[1].Value, escape.Groups[2].Value);
                at += escape.Length;
            }
            else
            {
                Put(_pending[at++]);
            }
        }

        _pending = _pending[at..];
    }

    private void Put(char value)
    {
        switch (value)
        {
            case '\r':
                _column = 0;
                break;
            case '\n':
                _row++;
                break;
            case '\b':
                _column = Math.Max(0, _column - 1);
                break;
            case >= ' ':
                if (_column == Columns)
                    (_row, _column) = (_row + 1, 0);
                List<Cell> row = Row();
                while (row.Count <= _column)
                    row.Add(new Cell(' ', null, IsBold: false, IsDim: false));
                row[_column++] = _style with { Value = value };
                break;
        }
    }

    private List<Cell> Row()
    {
        while (_rows.Count <= _row)
            _rows.Add([]);
        return _rows[_row];
    }

    private void Control(string parameters, string command)
    {
        int[] numbers = [.. parameters.TrimStart('?').Split(';').Select(n => int.TryParse(n, CultureInfo.InvariantCulture, out int value) ? value : 0)];
        int count = Math.Max(1, numbers[0]);
        switch (command)
        {
            case "A":
                _row = Math.Max(0, _row - count);
                break;
            case "B":
                _row += count;
                break;
            case "C":
                _column = Math.Min(Columns - 1, _column + count);
                break;
            case "D":
                _column = Math.Max(0, _column - count);
                break;
            case "G":
                _column = count - 1;
                break;
            case "H":
                (_row, _column) = (count - 1, Math.Max(1, numbers.ElementAtOrDefault(1)) - 1);
                break;
            case "J":
                Erase();
                _rows.RemoveRange(_row + 1, _rows.Count - _row - 1);
                break;
            case "K":
                Erase();
                break;
            case "m":
                Style(numbers);
                break;
        }
    }

    private void Erase()
    {
        List<Cell> row = Row();
        if (row.Count > _column)
            row.RemoveRange(_column, row.Count - _column);
    }

    private void Style(int[] numbers)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            _style = numbers[i] switch
            {
                0 => new Cell(' ', null, IsBold: false, IsDim: false),
                1 => _style with { IsBold = true },
                2 => _style with { IsDim = true },
                22 => _style with { IsBold = false, IsDim = false },
                >= 30 and <= 37 => _style with { Color = numbers[i] - 30 },
                >= 90 and <= 97 => _style with { Color = numbers[i] - 90 + 8 },
                38 when numbers.ElementAtOrDefault(i + 1) == 5 && i + 2 < numbers.Length => _style with { Color = numbers[i += 2] % 16 },
                39 => _style with { Color = null },
                _ => _style,
            };
        }
    }

    [GeneratedRegex(@"\G\u001b(?:\[([0-9;?]*)([A-Za-z])|[=>78])")]
    private static partial Regex Escape();
}

/// <summary>A character on the screen.</summary>
internal readonly record struct Cell(char Value, int? Color, bool IsBold, bool IsDim);

/// <summary>A terminal window, as SVG.</summary>
internal static class Picture
{
    private const double CharWidth = 7.8;
    private const int LineHeight = 18;
    private const int Padding = 14;

    private static readonly string[] Colors =
    [
        "#5c6370", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d5dbe5",
        "#7f8b9d", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#ffffff",
    ];

    public static string Draw(Screen screen)
    {
        IReadOnlyList<Cell>[] rows = [.. screen.Rows.Reverse().SkipWhile(row => row.All(cell => cell.Value == ' ')).Reverse()];
        int width = (int)(Screen.Columns * CharWidth) + (2 * Padding);
        int height = (rows.Length * LineHeight) + (2 * Padding);
        var body = new StringBuilder();
        for (int y = 0; y < rows.Length; y++)
        {
            int x = 0;
            while (x < rows[y].Count)
            {
                Cell first = rows[y][x];
                string run = new([.. rows[y].Skip(x).TakeWhile(cell => cell with { Value = ' ' } == first with { Value = ' ' }).Select(cell => cell.Value)]);
                if (run.Trim().Length > 0)
                    body.Append(Text(run, first, x, y));
                x += run.Length;
            }
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}' viewBox='0 0 {width} {height}' "
            + $"font-family='DejaVu Sans Mono, Menlo, Consolas, monospace' font-size='13'>\n"
            + $"<rect width='{width}' height='{height}' rx='8' fill='#1e2430'/>\n{body}</svg>\n");
    }

    private static string Text(string run, Cell style, int x, int y) => string.Create(
        CultureInfo.InvariantCulture,
        $"<text x='{Padding + (x * CharWidth):F1}' y='{Padding + ((y + 1) * LineHeight) - 5}' fill='{(style.Color is { } color ? Colors[color] : "#d5dbe5")}'"
        + $"{(style.IsBold ? " font-weight='bold'" : "")}{(style.IsDim ? " opacity='0.6'" : "")} xml:space='preserve'>{SecurityElement.Escape(run)}</text>\n");
}
