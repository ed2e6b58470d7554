using System.Text.Encodings.Web;
using System.Text.Json;
using ServerLib.Cli.Terminal;

namespace ServerLib.Cli;

/// <summary>Formats the output of a command for where it is printed. The result is safe for a terminal.</summary>
/// <param name="terminal">The terminal; <see langword="null"/> if the output goes elsewhere.</param>
/// <param name="hasColors">Whether the terminal shows colors.</param>
internal sealed class CommandFormat(ITerminal? terminal, bool hasColors)
{
    private readonly JsonSerializerOptions _readable =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    /// <summary>The lines of an output; none if it is empty.</summary>
    public IEnumerable<string> LinesOf(CommandOutput output)
    {
        if (output.Table is { } table && terminal is not null)
            return TableRenderer.Draw(table, terminal.Width, hasColors);

        // The server sends large JSON as data only, without text.
        string text = output is { Text: "", Data: { } data } ? JsonSerializer.Serialize(data, _readable) : output.Text;
        return text.Length == 0 ? [] : text.Split('\n').Select(line => TextSanitizer.Escape(line.TrimEnd('\r')));
    }
}
