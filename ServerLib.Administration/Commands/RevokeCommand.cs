namespace ServerLib.Administration.Commands;

/// <summary>Takes back what <c>grant</c> gave, at once.</summary>
internal sealed class RevokeCommand(RoleChange roles) : IAdminCommand
{
    public string Name => "revoke";

    public string Argument => RoleChange.Usage;

    public string Summary => "let an admin send these commands no more, at once";

    public ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken) =>
        roles.RunAsync(context, isAdmin: false, cancellationToken);
}
