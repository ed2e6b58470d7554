using System.CommandLine;
using ServerLib.Hosting;
using Parsed = System.CommandLine.Parsing.CommandResult;

namespace ServerLib.Administration.Parsing;

/// <summary>Finds what is wrong with the words of a command, and suggests what was meant.</summary>
internal static class CommandProblems
{
    /// <returns>One sentence for each problem; empty if there is none.</returns>
    public static IReadOnlyList<string> Find(ParseResult result)
    {
        // System.CommandLine takes an unknown option as an argument if the command has one.
        List<Option> options = [];
        for (Parsed? level = result.CommandResult; level is not null; level = level.Parent as Parsed)
            options.AddRange(level.Command.Options.Where(option => level == result.CommandResult || option.Recursive));
        string? unknown = result.Tokens.TakeWhile(t => t.Value != "--").Select(t => t.Value)
            .FirstOrDefault(t => t.StartsWith('-') && t.Length > 1 && !char.IsAsciiDigit(t[1]) && !IsOption(options, t));
        if (unknown is not null)
            return [NearestName.UnknownOf("option", unknown, [.. options.Where(o => !o.Hidden).Select(o => o.Name)])];
        Command command = result.CommandResult.Command;
        if (command.Subcommands.Count > 0 && command.Action is null && command is not AdminCommand)
            return [UnknownIn(command, result.UnmatchedTokens)];
        if (result.UnmatchedTokens is [var word, ..] && command.Options.Any(option => option.Name == "--user"))
            return [$"unexpected {TextSanitizer.Escape(word)}; write --user before the name of a user"];
        if (command is AdminCommand admin && command.Arguments.Any(argument => IsMissing(result, argument)))
            return [$"usage: {CommandHelp.Usage(admin)}"];
        return [.. result.Errors.Select(e => TextSanitizer.Escape(e.Message))];
    }

    /// <summary>Says that no command begins with a word, and suggests one.</summary>
    /// <param name="word">The word.</param>
    /// <param name="known">The words with which commands begin.</param>
    public static string UnknownCommand(string word, IEnumerable<string> known)
    {
        string suggestion = (Synonym(word) ?? NearestName.Find(word, known)) is { } near ? $"; did you mean '{near}'?" : ";";
        return $"there is no command {TextSanitizer.Escape(word)}{suggestion} 'help' lists the commands";
    }

    private static string UnknownIn(Command group, IReadOnlyList<string> words)
    {
        string[] known = [.. group.Subcommands.Where(command => !command.Hidden).Select(command => command.Name)];
        string all = $"{group.Name} needs one of: {string.Join(", ", known)}";
        if (words is not [var word, ..])
            return all;
        string suggestion = NearestName.Find(word, known) is { } near ? $"did you mean '{group.Name} {near}'?" : all;
        return $"there is no command {group.Name} {TextSanitizer.Escape(word)}; {suggestion}";
    }

    /// <summary>The command for a word under which an admin may look for it.</summary>
    private static string? Synonym(string word) => word.ToUpperInvariant() switch
    {
        "ADDUSER" => "user add",
        "REMOVEUSER" => "user remove",
        "PASSWD" => "user passwd",
        "ACCOUNTS" => "user list",
        "LOCK" => "user lock",
        "UNLOCK" => "user unlock",
        "KEYS" => "user key list",
        "ADDKEY" => "user key add",
        "REMOVEKEY" => "user key remove",
        "GRANT" => "role grant",
        "REVOKE" => "role revoke",
        "BANS" => "ban list",
        "UNBAN" => "ban remove",
        "INVITATIONS" => "invite list",
        "UNINVITE" => "invite remove",
        _ => null,
    };

    private static bool IsMissing(ParseResult result, Argument argument) =>
        argument.Arity.MinimumNumberOfValues > (result.GetResult(argument)?.Tokens.Count ?? 0);

    private static bool IsOption(IEnumerable<Option> options, string token) =>
        options.Any(o => o.Name == token || o.Aliases.Contains(token) || token.StartsWith(o.Name + "=", StringComparison.Ordinal));
}
