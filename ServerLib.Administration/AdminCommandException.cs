namespace ServerLib.Administration;

/// <summary>An admin command cannot be run. Its output is the message.</summary>
/// <param name="exit">One of <see cref="ExitCode"/>.</param>
/// <param name="message">The reason.</param>
public sealed class AdminCommandException(int exit, string message) : Exception(message)
{
    /// <summary>One of <see cref="ExitCode"/>.</summary>
    public int Exit { get; } = exit;
}
