using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using ServerLib.Administration.Parsing;

namespace ServerLib.Administration;

/// <summary>One run of an admin command in the server: its arguments, who runs it, and its output.</summary>
public sealed class AdminRequest
{
    private readonly ParseResult _values;
    private readonly IServiceProvider _services;
    private readonly List<string> _lines = [];

    internal AdminRequest(ParseResult values, AdminCaller caller, string? input, IServiceProvider services, CommandTree commands, bool isServerRunning)
    {
        (_values, _services, Commands) = (values, services, commands);
        (Caller, Input, IsServerRunning) = (caller, input, isServerRunning);
    }

    /// <summary>Who runs the command.</summary>
    public AdminCaller Caller { get; }

    /// <summary>
    /// What the program in which the command was typed has sent with it, such as a password or the contents of a file; <see langword="null"/>
    /// if nothing. It is never logged.
    /// </summary>
    public string? Input { get; }

    /// <summary>Whether the server runs. Otherwise the command works on its files.</summary>
    public bool IsServerRunning { get; }

    /// <summary>The output as data, for <c>--json</c>. Default an object with the text.</summary>
    public object? Data { get; set; }

    /// <summary>Gets an argument's value.</summary>
    /// <param name="argument">The argument.</param>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <returns>The value; the argument's default if it was not given.</returns>
    public T? Get<T>(Argument<T> argument) => _values.GetValue(argument);

    /// <summary>Gets an option's value.</summary>
    /// <param name="option">The option.</param>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <returns>The value; the option's default if it was not given.</returns>
    public T? Get<T>(Option<T> option) => _values.GetValue(option);

    /// <summary>Gets a service of the server or the application.</summary>
    /// <typeparam name="T">The type of the service.</typeparam>
    /// <exception cref="AdminCommandException">There is no such service.</exception>
    public T Service<T>()
        where T : class =>
        FindService<T>() ?? throw new AdminCommandException(ExitCode.CouldNotRun, MissingService.Explain(typeof(T)));

    /// <summary>Gets a service of the server or the application.</summary>
    /// <typeparam name="T">The type of the service.</typeparam>
    /// <returns>The service; <see langword="null"/> if there is none.</returns>
    public T? FindService<T>()
        where T : class => _services.GetService<T>();

    /// <summary>Adds a line to the output. Control characters are escaped: many lines contain names from clients.</summary>
    /// <param name="line">The line.</param>
    public void WriteLine(string line) => _lines.Add(TextSanitizer.Escape(line));

    /// <summary>Adds a table to the output, above its lines, or a line that says that there is nothing to list.</summary>
    /// <param name="table">The table. There is at most one.</param>
    /// <param name="nothing">The line for an empty table.</param>
    /// <returns><see cref="ExitCode.Done"/>.</returns>
    public int List(AdminTable table, string nothing)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (table.IsEmpty)
            return Done(nothing);
        Table = table;
        return ExitCode.Done;
    }

    /// <summary>Adds the last line of a successful command.</summary>
    /// <param name="line">The line.</param>
    /// <returns><see cref="ExitCode.Done"/>.</returns>
    public int Done(string line)
    {
        WriteLine(line);
        return ExitCode.Done;
    }

    /// <summary>Adds the reason why the command is not run.</summary>
    /// <param name="exit">One of <see cref="ExitCode"/>.</param>
    /// <param name="reason">The reason.</param>
    /// <returns><paramref name="exit"/>.</returns>
    public int Refuse(int exit, string reason)
    {
        WriteLine(reason);
        return exit;
    }

    /// <summary>All commands.</summary>
    internal CommandTree Commands { get; }

    internal AdminTable? Table { get; private set; }

    internal IReadOnlyList<string> Lines => _lines;
}
