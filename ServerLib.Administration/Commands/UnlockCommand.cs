namespace ServerLib.Administration.Commands;

/// <summary>Unlocks an account.</summary>
internal sealed class UnlockCommand(IUserAdministration accounts, AuditTrail audit, LoginThrottle throttle) : IAdminCommand
{
    public string Name => "unlock";

    public string Argument => "NAME";

    public string Summary => "unlock an account, so that its owner can log in again";

    public string Example => "unlock ada";

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string name = context.Argument;
        if (await accounts.FindAccountAsync(name, cancellationToken).ConfigureAwait(false) is { IsLocked: false })
        {
            bool waits = throttle.Delays.Any(delay => delay.Remaining > TimeSpan.Zero && UserName.Same(delay.Account, name));
            string hint = waits ? $", but has to wait after wrong passwords; 'throttle clear {name}' ends that" : "";
            return await context.DoneAsync($"{name} is not locked{hint}").ConfigureAwait(false);
        }

        if (!await accounts.SetLockedAsync(name, isLocked: false, cancellationToken).ConfigureAwait(false))
            return await context.NoSuchAccountAsync(name).ConfigureAwait(false);
        audit.Write(AuditEvent.AccountUnlocked, name, context.Caller.Address, context.Caller.Name);
        return await context.DoneAsync($"unlocked {name}").ConfigureAwait(false);
    }
}
