using ServerLib.Hosting;

namespace ServerLib.Administration.Commands;

/// <summary>Parses a line into a command and its argument.</summary>
internal sealed class CommandParser(IEnumerable<IAdminCommand> commands)
{
    private const string JsonWord = "--json";

    public ParsedLine Parse(string line)
    {
        (string name, string argument) = Split(line);
        if (name.Length == 0)
            return ParsedLine.Empty;
        if (commands.FirstOrDefault(command => command.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is not { } command)
            return new ParsedLine(null, argument, AsJson: false, UnknownCommand(name, commands));
        bool asJson = !command.TakesAnyText && TakeJson(ref argument);
        return new ParsedLine(command, argument, asJson, IsAllowed(command.Argument, argument) ? null : UsageOf(command));
    }

    /// <summary>Says that there is no such command, and suggests one with a similar name.</summary>
    public static string UnknownCommand(string name, IEnumerable<IAdminCommand> commands)
    {
        string suggestion = NearestName.Find(name, commands.Select(command => command.Name)) is { } near ? $"; did you mean {near}?" : ";";
        return $"there is no command {name}{suggestion} 'help' lists the commands";
    }

    public static string UsageOf(IAdminCommand command)
    {
        string json = command.HasJson ? $" [{JsonWord}]" : "";
        return command.Argument is { } argument
            ? $"usage: {command.Name} {argument}{json}"
            : $"usage: {command.Name}{(json.Length > 0 ? json : " (without arguments)")}";
    }

    /// <summary>Explains a command: its usage, what it does, and an example.</summary>
    public static string HelpOf(IAdminCommand command)
    {
        string[] lines =
        [
            UsageOf(command),
            $"{char.ToUpperInvariant(command.Summary[0])}{command.Summary[1..]}.",
            command.Details ?? "",
            command.HasJson ? $"With {JsonWord}, the output is JSON." : "",
            $"Example: {command.Example}",
        ];
        return string.Join('\n', lines.Where(line => line.Length > 0));
    }

    /// <summary>Whether the argument has as many words as the usage text says.</summary>
    private static bool IsAllowed(string? usage, string argument) => CommandContext.Words(argument, 2).Length switch
    {
        0 => usage is null || usage.StartsWith('['),
        1 => usage is not null,
        _ => usage is not null && (usage.Contains(' ') || usage.Contains("...", StringComparison.Ordinal)),
    };

    private static (string First, string Remainder) Split(string line) => CommandContext.Words(line, 2) switch
    {
        [var first, var remainder] => (first, remainder),
        [var first] => (first, ""),
        _ => ("", ""),
    };

    private static bool TakeJson(ref string argument)
    {
        (string first, string rest) = Split(argument);
        if (first == JsonWord)
            argument = rest;
        else if (argument.EndsWith(' ' + JsonWord, StringComparison.Ordinal))
            argument = argument[..^JsonWord.Length].TrimEnd();
        else
            return false;
        return true;
    }
}
