using System.CommandLine;
using ServerLib.Administration.Parsing;

namespace ServerLib.Administration;

/// <summary>One run of an admin command in the program in which it was typed.</summary>
public sealed class AdminSession
{
    private readonly ParseResult _values;
    private readonly string _line;
    private readonly CommandChannel? _channel;

    internal AdminSession(ParseResult values, string line, IAdminTerminal terminal, CommandChannel? channel)
    {
        (_values, _line, _channel) = (values, line, channel);
        Terminal = terminal;
    }

    /// <summary>What this program offers: prompts, standard input, files.</summary>
    public IAdminTerminal Terminal { get; }

    /// <summary>Whether commands can be sent to a server, or to its files.</summary>
    public bool HasServer => _channel is not null;

    /// <summary>Whether JSON is requested instead of text.</summary>
    internal bool AsJson => _values.GetValue<bool>(CommandTree.JsonName);

    /// <inheritdoc cref="AdminRequest.Get{T}(Argument{T})"/>
    public T? Get<T>(Argument<T> argument) => _values.GetValue(argument);

    /// <inheritdoc cref="AdminRequest.Get{T}(Option{T})"/>
    public T? Get<T>(Option<T> option) => _values.GetValue(option);

    /// <summary>Sends the command to the server, or runs it on the server's files.</summary>
    /// <param name="input">What the command reads besides its arguments, such as a password; <see langword="null"/> if nothing.</param>
    /// <param name="cancellationToken">Cancels the command.</param>
    public Task<CommandOutput> SendAsync(string? input, CancellationToken cancellationToken) => SendAsync(_line, input, cancellationToken);

    /// <summary>Sends another command in place of this one, for a command that needs several steps.</summary>
    /// <param name="line">The other command.</param>
    /// <param name="input">What that command reads besides its arguments; <see langword="null"/> if nothing.</param>
    /// <param name="cancellationToken">Cancels the command.</param>
    public Task<CommandOutput> SendAsync(string line, string? input, CancellationToken cancellationToken) =>
        (_channel ?? throw new InvalidOperationException($"'{line}' needs no server, and sends nothing to one."))(
            new CommandRequest(line, input), cancellationToken);

    /// <summary>Creates the output of a command that needs no server.</summary>
    /// <param name="exit">One of <see cref="ExitCode"/>.</param>
    /// <param name="text">The output as text that is safe to print on a terminal.</param>
    /// <param name="data">The output as data, for <c>--json</c>.</param>
    public CommandOutput Answer(int exit, string text, object data) => CommandAnswer.Of(exit, text, data, AsJson);
}
