namespace ServerLib.Administration;

/// <summary>The exit codes of admin commands, in <see cref="CommandOutput.Exit"/>.</summary>
public static class ExitCode
{
    /// <summary>The command was successful.</summary>
    public const int Done = 0;

    /// <summary>The command failed, for example because the database cannot be used.</summary>
    public const int CouldNotRun = 1;

    /// <summary>The arguments or the configuration are wrong.</summary>
    public const int WrongUsage = 2;

    /// <summary>There is no account, ban or other thing of this name, or there is one already.</summary>
    public const int NotApplicable = 3;
}
