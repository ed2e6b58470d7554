namespace ServerLib.Administration;

/// <summary>What the program, and each command, ends with.</summary>
internal static class ExitCode
{
    /// <summary>Done, or shut down.</summary>
    public const int Done = 0;

    /// <summary>It could not run: the port in use, the database locked or lost.</summary>
    public const int CouldNotRun = 1;

    /// <summary>Wrong usage or configuration.</summary>
    public const int WrongUsage = 2;

    /// <summary>What was named doesn't exist.</summary>
    public const int NotFound = 3;

    /// <summary>Of <c>connect</c>: the server does not let the user in.</summary>
    public const int LoginRefused = 3;
}
