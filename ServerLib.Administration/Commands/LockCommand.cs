namespace ServerLib.Administration.Commands;

/// <summary>Locks an account, and ends its connections.</summary>
internal sealed class LockCommand(IUserAdministration accounts, IServerControl server, AuditTrail audit) : IAdminCommand
{
    public string Name => "lock";

    public string Argument => "NAME";

    public string Summary => "lock an account: end its connections, and refuse its logins";

    public string? Details => "To its owner, a login to a locked account looks like a wrong password.";

    public string Example => "lock ada";

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string name = context.Argument;
        if (context.Caller.Is(name))
            return await context.OwnAccountAsync().ConfigureAwait(false);
        if (!await accounts.SetLockedAsync(name, isLocked: true, cancellationToken).ConfigureAwait(false))
            return await context.NoSuchAccountAsync(name).ConfigureAwait(false);
        int ended = server.EndSessions(name, DisconnectReason.AccountChanged);
        audit.Write(AuditEvent.AccountLocked, name, context.Caller.Address, context.Caller.Name);
        return await context.DoneAsync($"locked {name}{Count.EndedConnections(ended)}").ConfigureAwait(false);
    }
}
