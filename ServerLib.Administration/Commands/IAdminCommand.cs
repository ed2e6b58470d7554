namespace ServerLib.Administration.Commands;

/// <summary>Something that an admin can tell the running server to do.</summary>
internal interface IAdminCommand
{
    /// <summary>The word that names it.</summary>
    string Name { get; }

    /// <summary>
    /// What follows the name, such as <c>NAME</c>, <c>TEXT...</c> where that may be several words, or <c>[NAME]</c> where it may be left
    /// out; <see langword="null"/> where nothing may.
    /// </summary>
    string? Argument { get; }

    /// <summary>What it does, in a few words.</summary>
    string Summary { get; }

    /// <summary>All that there is to say of how it is used, where that is more.</summary>
    ValueTask<string?> GetHelpAsync() => new((string?)null);

    /// <summary>Whether all that follows the name is somebody's own words, <c>--json</c> too.</summary>
    bool TakesAnyText => false;

    /// <summary>What the audit trail keeps of the argument: all of it, unless somebody may type a secret into it.</summary>
    string Audited(string argument) => argument;

    /// <summary>Does it.</summary>
    /// <param name="context">Who asks for what; takes the answer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken);
}
