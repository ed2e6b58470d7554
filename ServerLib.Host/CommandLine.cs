using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Reflection;
using ServerLib.Administration;
using ServerLib.Cli.Chat;
using ServerLib.Cli.Completion;
using ServerLib.Cli.Service;

namespace ServerLib.Cli;

/// <summary>The command line of the program.</summary>
internal sealed class CommandLine
{
    private const string Description =
        """
        An authenticated TCP server. Without a command, the server runs.

        Every option of the server can be given as --ServerLib:NAME VALUE, as the environment variable SERVERLIB_NAME, or
        in a JSON file under "ServerLib": in the file of --config, or in appsettings.json in the current directory. The
        first of these that has the option wins. A ':' separates a group from a name (in the environment '__'):
        --ServerLib:ActivityLog:File chat.log

        The other commands use the server that runs on the data folder of --data, or its files if it does not run.

        Exit codes: 0 success, 1 could not run, 2 wrong usage or configuration, 3 not found, or there already.
        """;

    private readonly Argument<string?> _portArgument = new("PORT")
    {
        Description = "The TCP port, like --port",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _port = new("--port")
    {
        Description = "The TCP port, 0 to 65535; 0 means any free port [default: 8080]",
        HelpName = "N",
    };

    private readonly Option<string?> _listen = new("--listen")
    {
        Description = "The IP address to listen on; 0.0.0.0 and :: mean all addresses of this machine [default: 127.0.0.1]",
        HelpName = "ADDRESS",
    };

    private readonly Option<string?> _data = DataOption();
    private readonly Option<string?> _config = ConfigOption();
    private readonly Option<string?> _adminData = DataOption(recursive: true);
    private readonly Option<string?> _adminConfig = ConfigOption(recursive: true);

    private readonly Option<string?> _metrics = new("--metrics")
    {
        Description = "Serve /metrics, /health/live and /health/ready on this port of 127.0.0.1, or on another address; "
            + "anybody who can reach it can read them",
        HelpName = "[ADDRESS:]PORT",
    };

    private readonly List<KeyValuePair<string, string?>> _named = [];
    private readonly Command _root;
    private readonly Command _serve;
    private readonly AdminCommandLine _admin;
    private ParseResult? _parsed;

    /// <param name="actions">What the commands do when their arguments are valid.</param>
    public CommandLine(CommandLineActions actions)
    {
        _admin = new AdminCommandLine(new AdminCommandLineOptions
        {
            FindDataFolder = values => actions.FindDataFolder(Read(values)),
            OpenFiles = values => actions.OpenFiles(Read(values)),
            Terminal = actions.Terminal,
            Print = actions.Print,
            Options = [_adminData, _adminConfig],
            Commands =
            [
                new ConfigShowCommand(actions.Surroundings, () => Read(_parsed!)),
                new ConfigCheckCommand(() => Read(_parsed!), actions.Surroundings),
                new ConfigReloadCommand(),
            ],
        });

        // A RootCommand would show the name of the executable file, ServerLib.Host. The tool's command is serverlib.
        _root = new Command("serverlib", Description)
        {
            _portArgument, _port, _listen, _data, _config, _metrics, new HelpOption(), new VersionOption { Action = new PrintVersion() },
        };
        _serve = new Command("serve", "Runs the server") { _portArgument, _port, _listen, _data, _config, _metrics };
        _root.Subcommands.Add(_serve);
        _root.Subcommands.Add(new ConnectCommandLine(actions.Connect).Command);
        _root.Subcommands.Add(ServiceCommandLine.Create());
        _admin.AddTo(_root);
        CompletionCommandLine.AddTo(_root, actions.Surroundings.Out);
        _root.SetAction((result, cancellationToken) => actions.Serve(Read(result), cancellationToken));
        _serve.SetAction((result, cancellationToken) => actions.Serve(Read(result), cancellationToken));
    }

    /// <summary>The program's version.</summary>
    public static string Version { get; } =
        typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    /// <exception cref="WrongUsageException">The arguments are not valid.</exception>
    public async Task<int> InvokeAsync(string[] args, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        if (args is ["help", .. var words] && !words.Contains("--json"))
            args = [.. words, "--help"];
        ParseResult result = _root.Parse(NamedOptions.TakeOut(args, _named), new ParserConfiguration { ResponseFileTokenReplacer = null });
        _parsed = result;
        _portArgument.Hidden = result.CommandResult.Command != _root && result.CommandResult.Command != _serve;
        if (result.Action is not (HelpAction or PrintVersion))
        {
            if (result.CommandResult.Command is AdminCommand && CheckPort(result))
                return await _admin.RunAsync(result, cancellationToken).ConfigureAwait(false);
            Check(result);
        }

        // The host handles signals and exceptions.
        var invocation = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        return await result.InvokeAsync(invocation, cancellationToken).ConfigureAwait(false);
    }

    private static Option<string?> DataOption(bool recursive = false) => new("--data")
    {
        Description = "The folder for the database, the keys and the activity log [default: serverlib-data]",
        HelpName = "DIR",
        Recursive = recursive,
    };

    private static Option<string?> ConfigOption(bool recursive = false) => new("--config")
    {
        Description = "A JSON file with options",
        HelpName = "FILE",
        Recursive = recursive,
    };

    private void Check(ParseResult result)
    {
        Command command = result.CommandResult.Command;
        bool isServer = command == _root || command == _serve;
        if (!isServer && _named.Count > 0)
            throw new WrongUsageException($"{_named[0].Key} is an option of the server, not of {command.Name}");
        CheckPort(result);
        if (command == _root && result.GetValue(_portArgument) is [>= 'A', ..] word)
            throw new WrongUsageException(AdminCommandLine.ExplainUnknown(word, _root));
        if (AdminCommandLine.FindProblems(result) is { Count: > 0 } problems)
            throw new WrongUsageException(problems);
        if (result.GetValue(_portArgument) is not null && result.GetValue(_port) is not null)
            throw new WrongUsageException("PORT and --port mean the same; give only one of them");
    }

    /// <summary>Refuses a port before a command.</summary>
    private bool CheckPort(ParseResult result)
    {
        Command command = result.CommandResult.Command;
        if (command == _root || command == _serve || result.GetValue(_portArgument) is not { } port)
            return true;
        string first = result.Tokens.First(t => t.Type == System.CommandLine.Parsing.TokenType.Command).Value;
        throw new WrongUsageException($"{TextSanitizer.Escape(port)} is a port of a server; it cannot be used before {first}");
    }

    private Arguments Read(ParseResult result)
    {
        var values = new List<KeyValuePair<string, string?>>(_named);
        Add(nameof(ServerOptions.Port), result.GetValue(_portArgument) ?? result.GetValue(_port));
        Add(nameof(ServerOptions.Server), result.GetValue(_listen));
        Add(nameof(ServerOptions.DataDirectory), result.GetValue(_adminData) ?? result.GetValue(_data));
        Add(ProgramOptions.Metrics, result.GetValue(_metrics));
        return new Arguments(values, result.GetValue(_adminConfig) ?? result.GetValue(_config));

        void Add(string name, string? value)
        {
            if (value is not null)
                values.Add(new($"{ServerOptions.SectionName}:{name}", value));
        }
    }

    /// <summary>The parsed arguments.</summary>
    /// <param name="Values">Configuration keys and values. The last one of a key counts.</param>
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
