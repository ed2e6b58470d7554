using Spectre.Console;
using Spectre.Console.Rendering;

namespace ServerLib.Cli.Terminal;

/// <summary>Turns what Spectre.Console draws into text for a terminal.</summary>
internal static class Drawing
{
    /// <summary>The lines of a drawing.</summary>
    /// <param name="drawing">The drawing.</param>
    /// <param name="width">The number of columns.</param>
    /// <param name="height">The number of lines that a layout fills.</param>
    /// <param name="hasColors">Whether to use colors. Without them, bold and dim text remain.</param>
    public static string[] ToLines(IRenderable drawing, int width, int height, bool hasColors)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = hasColors ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        console.Profile.Width = width;
        console.Profile.Height = height;
        console.Profile.Capabilities.Unicode = true;
        console.Write(drawing);
        return [.. writer.ToString().ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').Select(line => line.TrimEnd())];
    }
}
