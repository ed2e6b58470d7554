using System.CommandLine;
using ServerLib.Hosting;
using ServerLib.Protocol;
using Parsed = System.CommandLine.Parsing.CommandResult;

namespace ServerLib.Administration;

/// <summary>What is the same wherever arguments are parsed.</summary>
internal static class ArgumentCheck
{
    /// <summary>How they are parsed: otherwise @name would stand for the words in a file of that name.</summary>
    public static ParserConfiguration Parsing { get; } = new() { ResponseFileTokenReplacer = null };

    /// <summary>Refuses what can't be understood.</summary>
    /// <exception cref="WrongUsageException">There is an option that the command doesn't have, or something else is wrong.</exception>
    public static void Run(ParseResult result)
    {
        // A word that begins with a dash and is no option would otherwise be taken for an argument.
        List<Option> options = [];
        for (Parsed? level = result.CommandResult; level is not null; level = level.Parent as Parsed)
            options.AddRange(level.Command.Options.Where(option => level == result.CommandResult || option.Recursive));
        string? unknown = result.Tokens.Select(t => t.Value)
            .FirstOrDefault(t => t.StartsWith('-') && t.Length > 1 && !char.IsAsciiDigit(t[1]) && !IsOption(options, t));
        if (unknown is not null)
            throw new WrongUsageException(NearestName.UnknownOf("option", unknown, [.. options.Select(o => o.Name)]));
        if (result.UnmatchedTokens is [var word, ..] && result.CommandResult.Command.Options.Any(option => option.Name == "--user"))
            throw new WrongUsageException($"{TextSanitizer.Escape(word)} can't stand there: a user's name follows --user");
        if (result.Errors.Count > 0)
            throw new WrongUsageException(result.Errors.Select(e => e.Message));
    }

    private static bool IsOption(IEnumerable<Option> options, string token) => options.Any(o => o.Name == token || o.Aliases.Contains(token));
}
