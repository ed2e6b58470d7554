namespace ServerLib;

/// <summary>A command of an admin.</summary>
/// <param name="Line">The command: one line without control characters.</param>
/// <param name="Input">
/// What the command reads besides its arguments, such as a password or the contents of a file; <see langword="null"/> if nothing. It may be a
/// secret: do not log it.
/// </param>
public sealed record CommandRequest(string Line, string? Input = null)
{
    /// <summary>Returns the command without its input.</summary>
    public override string ToString() => Line;
}
