namespace ServerLib.Administration.Commands;

/// <summary>Makes an account an admin.</summary>
internal sealed class GrantCommand(RoleChange roles) : IAdminCommand
{
    public string Name => "grant";

    public string Argument => RoleChange.Usage;

    public string Summary => "make an account an admin, who can run these commands over a connection";

    public string? Details => "In the chat, admins run commands with /admin COMMAND.";

    public string Example => "grant ada admin";

    public ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken) =>
        roles.RunAsync(this, context, isAdmin: true, cancellationToken);
}
