namespace ServerLib.Administration;

/// <summary>Who runs an admin command.</summary>
/// <param name="Name">The name for the audit trail: the admin's name, or <c>console</c>.</param>
/// <param name="Address">The admin's address; empty on the server's machine.</param>
public sealed record AdminCaller(string Name, string Address)
{
    /// <summary>Someone on the server's machine: at its console, at its admin socket, or with access to its files.</summary>
    public static AdminCaller Console { get; } = new("console", "");

    /// <summary>Whether the caller is an admin who is connected to the server as a user.</summary>
    public bool IsRemote => !ReferenceEquals(this, Console);

    /// <summary>Whether the caller is an admin with this account.</summary>
    /// <param name="account">The account's name, compared as at a login.</param>
    public bool Is(string account) => IsRemote && UserName.Same(Name, account);
}
