namespace ServerLib.Administration.Commands;

/// <summary>Removes a key from an account.</summary>
internal sealed class RemoveKeyCommand(IUserKeys accounts, AuditTrail audit) : IAdminCommand
{
    public string Name => "removekey";

    public string Argument => "NAME KEYNAME";

    public string Summary => "remove a key from an account";

    public string? Details => "Connections that used the key stay.";

    public string Example => "removekey ada laptop";

    public bool HasJson => true;

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (CommandContext.Words(context.Argument) is not [var user, var name])
            return await context.UsageAsync(this).ConfigureAwait(false);
        if (await accounts.GetKeysAsync(user, cancellationToken).ConfigureAwait(false) is null)
            return await context.NoSuchAccountAsync(user).ConfigureAwait(false);
        if (await accounts.RemoveKeyAsync(user, name, cancellationToken).ConfigureAwait(false) is not { } removed)
            return await context.RefuseAsync(ExitCode.NotFound, $"{user} has no key {name}; 'keys {user}' lists the keys").ConfigureAwait(false);

        audit.Write(AuditEvent.KeyRemoved, user, context.Caller.Address, context.Caller.Name, $"{removed.Name} {removed.Fingerprint}");
        context.Data = removed;
        return await context.DoneAsync($"removed {removed.Name} {removed.Fingerprint}; connections that used it stay").ConfigureAwait(false);
    }
}
