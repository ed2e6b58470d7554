using System.CommandLine;
using ServerLib.Administration.History;
using ServerLib.Hosting;
using Parsed = System.CommandLine.Parsing.CommandResult;

namespace ServerLib.Administration;

/// <summary>Commands for the command line of a program that uses System.CommandLine.</summary>
public static class AdministrationCommandLine
{
    /// <summary>
    /// Creates the command <c>history</c>, which shows and verifies an audit trail. It reads the files in a data folder, also while a
    /// server uses them.
    /// </summary>
    /// <param name="findDataFolder">
    /// Returns the data folder. It gets the value of <c>--data</c>, which may be <see langword="null"/>.
    /// </param>
    /// <param name="output">The writer for the output.</param>
    /// <param name="error">The writer for errors, one line each.</param>
    public static Command CreateHistoryCommand(Func<string?, string> findDataFolder, TextWriter output, TextWriter error)
    {
        ArgumentNullException.ThrowIfNull(findDataFolder);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(error);
        return new HistoryCommandLine(RunAsync, TimeProvider.System, error).Command;

        Task<int> RunAsync(HistoryRequest request, CancellationToken cancellationToken) =>
            HistoryFiles.RunAsync(request, findDataFolder(request.DataFolder), output, error, cancellationToken);
    }

    /// <summary>Finds what is wrong with the arguments of a command, and suggests the right name for an unknown option.</summary>
    /// <param name="result">The parsed arguments.</param>
    /// <returns>One sentence for each problem; empty if there is none.</returns>
    public static IReadOnlyList<string> FindProblems(ParseResult result)
    {
        ArgumentNullException.ThrowIfNull(result);

        // System.CommandLine takes an unknown option as an argument if the command has one.
        List<Option> options = [];
        for (Parsed? level = result.CommandResult; level is not null; level = level.Parent as Parsed)
            options.AddRange(level.Command.Options.Where(option => level == result.CommandResult || option.Recursive));
        string? unknown = result.Tokens.Select(t => t.Value)
            .FirstOrDefault(t => t.StartsWith('-') && t.Length > 1 && !char.IsAsciiDigit(t[1]) && !IsOption(options, t));
        if (unknown is not null)
            return [NearestName.UnknownOf("option", unknown, [.. options.Select(o => o.Name)])];
        if (result.UnmatchedTokens is [var word, ..] && result.CommandResult.Command.Options.Any(option => option.Name == "--user"))
            return [$"unexpected {TextSanitizer.Escape(word)}; write --user before the name of a user"];
        return [.. result.Errors.Select(e => TextSanitizer.Escape(e.Message))];
    }

    private static bool IsOption(IEnumerable<Option> options, string token) => options.Any(o => o.Name == token || o.Aliases.Contains(token));
}
