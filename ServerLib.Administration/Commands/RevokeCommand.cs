namespace ServerLib.Administration.Commands;

/// <summary>Takes the role of an admin away.</summary>
internal sealed class RevokeCommand(RoleChange roles) : IAdminCommand
{
    public string Name => "revoke";

    public string Argument => RoleChange.Usage;

    public string Summary => "take the role of an admin away, with immediate effect";

    public string Example => "revoke ada admin";

    public ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken) =>
        roles.RunAsync(this, context, isAdmin: false, cancellationToken);
}
