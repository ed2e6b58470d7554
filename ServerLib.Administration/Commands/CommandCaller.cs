namespace ServerLib.Administration.Commands;

/// <summary>Who runs a command.</summary>
/// <param name="Name">The admin's name, or <c>console</c>.</param>
/// <param name="Address">The admin's address; empty for the console.</param>
internal sealed record CommandCaller(string Name, string Address)
{
    /// <summary>The server's own console.</summary>
    public static CommandCaller Console { get; } = new("console", "");

    /// <summary>Whether the caller is an admin with this account.</summary>
    public bool Is(string account) => this != Console && UserName.Same(Name, account);
}
