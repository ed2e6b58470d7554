namespace ServerLib.Administration.Commands;

/// <summary>A command for admins.</summary>
internal interface IAdminCommand
{
    /// <summary>The word that names the command.</summary>
    string Name { get; }

    /// <summary>
    /// The argument in the usage text: <c>NAME</c> for one word, <c>TEXT...</c> for several, <c>[NAME]</c> if it is optional;
    /// <see langword="null"/> if the command takes none.
    /// </summary>
    string? Argument { get; }

    /// <summary>What the command does, in one line.</summary>
    string Summary { get; }

    /// <summary>What else an admin should know; <see langword="null"/> if <see cref="Summary"/> says it all.</summary>
    string? Details => null;

    /// <summary>A line that runs the command.</summary>
    string Example { get; }

    /// <summary>Whether the command can print JSON.</summary>
    bool HasJson => false;

    /// <summary>The full help text.</summary>
    ValueTask<string> GetHelpAsync() => new(CommandParser.HelpOf(this));

    /// <summary>Whether the argument is free text, in which <c>--json</c> is an ordinary word.</summary>
    bool TakesAnyText => false;

    /// <summary>The argument as the audit trail records it. A command whose argument may contain a secret leaves it out.</summary>
    string Audited(string argument) => argument;

    /// <summary>Runs the command.</summary>
    /// <param name="context">The argument, the caller and the output.</param>
    /// <param name="cancellationToken">Cancels the command.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken);
}
