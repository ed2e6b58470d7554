using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics.CodeAnalysis;

namespace ServerLib.Administration;

/// <summary>
/// A command for admins. The same class is used on the command line, at the server's console, in the chat and at the admin socket. Add an
/// application's own command with <c>AddCommand</c>.
/// </summary>
/// <remarks>
/// The constructor adds the command's arguments and options. It must not need a running server: the command line creates all commands to
/// show their help. <see cref="RunAsync"/> gets what it needs from <see cref="AdminRequest.Service{T}"/>. One instance runs several requests
/// at once, so it has no state.
/// </remarks>
[SuppressMessage("Design", "CA1010", Justification = "System.CommandLine makes commands enumerable for collection initializers.")]
public abstract class AdminCommand : Command
{
    /// <summary>Creates a command.</summary>
    /// <param name="path">The words of the command, such as <c>kick</c> or <c>user add</c>.</param>
    /// <param name="description">What the command does. The first line is shown in lists of commands.</param>
    /// <param name="place">Where the command works.</param>
    protected AdminCommand(string path, string description, CommandPlace place = CommandPlace.Server)
        : base(LastWord(path), description)
    {
        FullName = path;
        Place = place;

        // Without an action, a command with subcommands would be incomplete. AdminCommandLine and AdminCommandRunner run the command.
        SetAction(_ => ExitCode.Done);
    }

    /// <summary>The words of the command, such as <c>user add</c>.</summary>
    public string FullName { get; }

    /// <summary>Where the command works.</summary>
    public CommandPlace Place { get; }

    /// <summary>
    /// Whether the audit trail records that the command was run. Default <see langword="true"/>. Commands that only read set it to
    /// <see langword="false"/>.
    /// </summary>
    public bool IsAudited { get; init; } = true;

    /// <summary>Whether the command, without a server, only reads the files: it does not even write to the audit trail.</summary>
    internal bool ReadsFilesOnly { get; init; }

    /// <summary>Whether the command, without a server, works on a data folder that does not exist yet.</summary>
    internal bool WorksWithoutData { get; init; }

    /// <summary>
    /// Runs the command in the program in which it was typed, before and after the server runs it. The default sends the command to the
    /// server. A command that needs a password or a file from that program gets it here.
    /// </summary>
    /// <param name="session">The command's arguments, and what this program offers.</param>
    /// <param name="cancellationToken">Cancels the command.</param>
    /// <returns>The output.</returns>
    public virtual Task<CommandOutput> StartAsync(AdminSession session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        return session.SendAsync(input: null, cancellationToken);
    }

    /// <summary>Runs the command in the server, or on its files.</summary>
    /// <param name="request">The command's arguments, who runs it, and the output.</param>
    /// <param name="cancellationToken">Cancels the command.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public abstract Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken);

    /// <summary>The command with its arguments, for the audit trail. Passwords are never arguments.</summary>
    /// <param name="values">The parsed arguments.</param>
    internal string Describe(ParseResult values)
    {
        IEnumerable<string> arguments = values.Tokens.Where(token => token.Type != TokenType.Command).Select(token => token.Value);
        return string.Join(' ', arguments.Prepend(FullName));
    }

    private static string LastWord(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return path[(path.LastIndexOf(' ') + 1)..];
    }
}
