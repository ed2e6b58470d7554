using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Reflection;
using ServerLib.Administration;
using ServerLib.Cli.Chat;
using ServerLib.Cli.Service;
using ServerLib.Hosting;

namespace ServerLib.Cli;

/// <summary>The command line of the program.</summary>
internal sealed class CommandLine
{
    private const string Description =
        """
        An authenticated TCP server.

        Every option of the server can be given as --ServerLib:NAME VALUE, as the environment variable SERVERLIB_NAME, or
        in a JSON file under "ServerLib": in the file of --config, or in appsettings.json in the current directory. The
        first of these that has the option wins. A ':' separates a group from a name (in the environment '__'):
        --ServerLib:ActivityLog:File chat.log

        Exit codes: 0 success, 1 could not run, 2 wrong usage or configuration, 3 not found.
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

    private readonly Option<string?> _data = new("--data")
    {
        Description = "The folder for the database, the keys and the activity log [default: serverlib-data]",
        HelpName = "DIR",
    };

    private readonly Option<string?> _config = new("--config")
    {
        Description = "A JSON file with options",
        HelpName = "FILE",
    };

    private readonly List<KeyValuePair<string, string?>> _named = [];
    private readonly Command _root;

    /// <param name="serve">Runs the server when the arguments are valid.</param>
    /// <param name="connect">Runs the chat when the arguments are valid.</param>
    /// <param name="history">The command <c>history</c>.</param>
    public CommandLine(
        Func<Arguments, CancellationToken, Task<int>> serve,
        Func<ChatArguments, CancellationToken, Task<int>>? connect = null,
        Command? history = null)
    {
        // A RootCommand would show the name of the executable file, ServerLib.Host. The tool's command is serverlib.
        _root = new Command("serverlib", Description)
        {
            _portArgument, _port, _listen, _data, _config, new HelpOption(), new VersionOption { Action = new PrintVersion() },
        };
        if (connect is not null)
            _root.Subcommands.Add(new ConnectCommandLine(connect).Command);
        _root.Subcommands.Add(ServiceCommandLine.Create());
        if (history is not null)
            _root.Subcommands.Add(history);
        _root.SetAction((result, cancellationToken) => serve(Read(result), cancellationToken));
    }

    /// <summary>The program's version.</summary>
    public static string Version { get; } =
        typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    /// <exception cref="WrongUsageException">The arguments are not valid.</exception>
    public async Task<int> InvokeAsync(string[] args, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        ParseResult result = _root.Parse(NamedOptions.TakeOut(args, _named), new ParserConfiguration { ResponseFileTokenReplacer = null });
        _portArgument.Hidden = result.CommandResult.Command != _root;
        if (result.Action is null or not (HelpAction or PrintVersion))
            Check(result);

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

    private void Check(ParseResult result)
    {
        Command command = result.CommandResult.Command;
        if (command != _root && _named.Count > 0)
            throw new WrongUsageException($"{_named[0].Key} is an option of the server, not of {command.Name}");
        if (command != _root && result.GetValue(_portArgument) is { } port)
        {
            string first = result.Tokens.First(t => t.Type == System.CommandLine.Parsing.TokenType.Command).Value;
            throw new WrongUsageException($"{TextSanitizer.Escape(port)} is a port of a server; it cannot be used before {first}");
        }

        if (command == _root && result.GetValue(_portArgument) is [>= 'A', ..] word)
            throw new WrongUsageException(NoCommand(word));
        if (AdministrationCommandLine.FindProblems(result) is { Count: > 0 } problems)
            throw new WrongUsageException(problems);
        if (result.GetValue(_portArgument) is not null && result.GetValue(_port) is not null)
            throw new WrongUsageException("PORT and --port mean the same; give only one of them");
    }

    /// <summary>A word in the place of the port that begins with a letter is meant as a command.</summary>
    private string NoCommand(string word)
    {
        string[] known = [.. _root.Subcommands.Select(c => c.Name)];
        return $"there is no command {TextSanitizer.Escape(word)}; the commands are {string.Join(" and ", known)}, "
            + "and without a command the server runs";
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
