using System.CommandLine;
using System.CommandLine.Help;

namespace ServerLib.Administration.Parsing;

/// <summary>All admin commands as one tree of System.CommandLine. Groups such as <c>user</c> contain the commands whose names begin with it.</summary>
internal sealed class CommandTree
{
    /// <summary>The name of <see cref="Json"/>.</summary>
    public const string JsonName = "--json";

    private readonly List<Command> _top = [];

    /// <param name="commands">The commands. The last one of a name counts.</param>
    /// <param name="options">Options that all commands have besides <c>--json</c>. Default <c>--help</c>.</param>
    public CommandTree(IEnumerable<AdminCommand> commands, IReadOnlyList<Option>? options = null)
    {
        All = [.. commands.GroupBy(command => command.FullName).Select(same => same.Last()).OrderBy(command => command.FullName, StringComparer.Ordinal)];
        foreach (AdminCommand command in All)
            Add(command);
        foreach (Command top in _top)
        {
            top.Options.Add(Json);
            foreach (Option option in options ?? [new HelpOption()])
                top.Options.Add(option);
        }
    }

    /// <summary>The commands, sorted by their names.</summary>
    public IReadOnlyList<AdminCommand> All { get; }

    /// <summary>The commands and groups that a line can begin with.</summary>
    public IReadOnlyList<Command> Top => _top;

    /// <summary>Asks for JSON instead of text.</summary>
    public Option<bool> Json { get; } = new(JsonName) { Description = "Prints JSON", Recursive = true };

    /// <summary>Parses the words of a command.</summary>
    /// <returns>The result; <see langword="null"/> if no command begins with the first word.</returns>
    public ParseResult? Parse(IReadOnlyList<string> words) =>
        words.Count > 0 && Find(words[0]) is { } top
            ? top.Parse([top.Name, .. words.Skip(1)], new ParserConfiguration { ResponseFileTokenReplacer = null })
            : null;

    /// <summary>What could follow or complete the text before the cursor.</summary>
    public IEnumerable<string> Complete(string text)
    {
        List<string> words = CommandWords.Split(text);
        if (text.Length == 0 || char.IsWhiteSpace(text[^1]))
            words.Add("");
        if (words.Count == 1)
            return _top.Select(command => command.Name).Where(name => name.StartsWith(words[0], StringComparison.OrdinalIgnoreCase));
        return Find(words[0]) is { } top ? CommandCompletion.Find(top, [top.Name, .. words.Skip(1)]) : [];
    }

    private Command? Find(string word) => _top.Find(command => command.Name.Equals(word, StringComparison.OrdinalIgnoreCase));

    private void Add(AdminCommand command)
    {
        string[] words = command.FullName.Split(' ');
        Command? group = null;
        foreach (string word in words[..^1])
            group = GetGroup(group, word);
        if (group is null)
            _top.Add(command);
        else
            group.Subcommands.Add(command);
    }

    private Command GetGroup(Command? parent, string word)
    {
        IEnumerable<Command> siblings = parent?.Subcommands ?? (IEnumerable<Command>)_top;
        if (siblings.FirstOrDefault(command => command.Name == word) is { } known)
            return known;
        var group = new Command(word, CommandGroups.Describe(word));
        if (parent is null)
            _top.Add(group);
        else
            parent.Subcommands.Add(group);
        return group;
    }
}
