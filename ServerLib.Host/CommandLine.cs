using System.CommandLine.Invocation;
using System.CommandLine;
using System.Reflection;
using ServerLib.Administration;
using ServerLib.Cli.Chat;
using ServerLib.Hosting;

namespace ServerLib.Cli;

/// <summary>The program's arguments.</summary>
internal sealed class CommandLine
{
    private const string Description =
        """
        An authenticated TCP server.

        Every option of the server can be given as --ServerLib:NAME VALUE, as SERVERLIB_NAME in the environment, or in
        appsettings.json (in the current directory) or the file of --config under "ServerLib"; the first of these wins,
        and the file of --config wins over appsettings.json. Lower names are joined by ':', in the environment by '__':
        --ServerLib:ActivityLog:File chat.log

        Exit codes: 0 done or shut down, 1 could not run, 2 wrong usage or configuration, 3 named thing not found.
        """;

    private readonly Argument<string?> _portArgument = new("PORT")
    {
        Description = "The TCP port, as --port gives it",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _port = new("--port")
    {
        Description = "The TCP port, 0 to 65535; 0 takes a free one [default: 8080]",
        HelpName = "N",
    };

    private readonly Option<string?> _listen = new("--listen")
    {
        Description = "The IP address to listen on; 0.0.0.0 and :: are all of this machine's [default: 127.0.0.1]",
        HelpName = "ADDRESS",
    };

    private readonly Option<string?> _data = new("--data")
    {
        Description = "The folder that holds the database, keys and activity log [default: serverlib-data]",
        HelpName = "DIR",
    };

    private readonly Option<string?> _config = new("--config")
    {
        Description = "A JSON file with options",
        HelpName = "FILE",
    };

    private readonly List<KeyValuePair<string, string?>> _named = [];
    private readonly RootCommand _root;

    /// <param name="serve">Runs the server, once the arguments are understood.</param>
    /// <param name="connect">Chats on a server, once the arguments are understood.</param>
    /// <param name="history">The command <c>history</c>.</param>
    public CommandLine(
        Func<Arguments, CancellationToken, Task<int>> serve,
        Func<ChatArguments, CancellationToken, Task<int>>? connect = null,
        Command? history = null)
    {
        _root = new RootCommand(Description) { _portArgument, _port, _listen, _data, _config };
        _root.Options.OfType<VersionOption>().Single().Action = new PrintVersion();
        if (connect is not null)
            _root.Subcommands.Add(new ConnectCommandLine(connect).Command);
        if (history is not null)
            _root.Subcommands.Add(history);
        _root.SetAction((result, cancellationToken) => serve(Read(result), cancellationToken));
    }

    /// <summary>The program's version.</summary>
    public static string Version { get; } =
        typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    /// <exception cref="WrongUsageException">The arguments can't be understood.</exception>
    public async Task<int> InvokeAsync(string[] args, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        ParseResult result = _root.Parse(NamedOptions.TakeOut(args, _named), new ParserConfiguration { ResponseFileTokenReplacer = null });
        _portArgument.Hidden = result.CommandResult.Command != _root;
        if (result.Action is null or not (System.CommandLine.Help.HelpAction or PrintVersion))
            Check(result);

        // The host sees to signals and to exceptions.
        var invocation = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        return await result.InvokeAsync(invocation, cancellationToken).ConfigureAwait(false);
    }

    private void Check(ParseResult result)
    {
        Command command = result.CommandResult.Command;
        if (command != _root && _named.Count > 0)
            throw new WrongUsageException($"{_named[0].Key} is an option of the server, and none of {command.Name}");
        if (command != _root && result.GetValue(_portArgument) is { } port)
        {
            string first = result.Tokens.First(t => t.Type == System.CommandLine.Parsing.TokenType.Command).Value;
            throw new WrongUsageException($"{TextSanitizer.Escape(port)} is a server's port, and can't stand before {first}");
        }

        if (command == _root && result.GetValue(_portArgument) is [>= 'A', ..] word)
            throw new WrongUsageException(NoCommand(word));
        if (AdministrationCommandLine.FindProblems(result) is { Count: > 0 } problems)
            throw new WrongUsageException(problems);
        if (result.GetValue(_portArgument) is not null && result.GetValue(_port) is not null)
            throw new WrongUsageException("PORT and --port are the same; give one of them");
    }

    /// <summary>No port begins with a letter: whoever types one means a command.</summary>
    private string NoCommand(string word)
    {
        string[] known = [.. _root.Subcommands.Select(c => c.Name)];
        return $"there is no command {TextSanitizer.Escape(word)}; the commands are {string.Join(" and ", known)}, and without a command the server runs";
    }

    private Arguments Read(ParseResult result)
    {
        var values = new List<KeyValuePair<string, string?>>(_named);
        Add(nameof(ServerOptions.Port), result.GetValue(_portArgument) ?? result.GetValue(_port));
        Add(nameof(ServerOptions.Server), result.GetValue(_listen));
        Add(nameof(ServerOptions.DataDirectory), result.GetValue(_data));
        return new Arguments(values, result.GetValue(_config));

        void Add(string name, string? value)
        {
            if (value is not null)
                values.Add(new($"{ServerOptions.SectionName}:{name}", value));
        }
    }

    /// <summary>What the arguments say.</summary>
    /// <param name="Values">Configuration keys and values; of two with one key the last counts.</param>
    /// <param name="ConfigFile">The file of <c>--config</c>.</param>
    internal sealed record Arguments(IReadOnlyList<KeyValuePair<string, string?>> Values, string? ConfigFile);

    private sealed class PrintVersion : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(Version);
            return ExitCode.Done;
        }
    }
}
