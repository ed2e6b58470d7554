namespace ServerLib.Administration.Commands;

/// <summary>Makes an account an admin's.</summary>
internal sealed class GrantCommand(RoleChange roles) : IAdminCommand
{
    public string Name => "grant";

    public string Argument => RoleChange.Usage;

    public string Summary => "let an account's owner send these commands over his connection";

    public ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken) =>
        roles.RunAsync(context, isAdmin: true, cancellationToken);
}
