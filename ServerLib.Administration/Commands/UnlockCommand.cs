using ServerLib.Protocol;

namespace ServerLib.Administration.Commands;

/// <summary>Unlocks an account.</summary>
internal sealed class UnlockCommand(IUserAdministration accounts, AuditTrail audit, LoginThrottle guesses) : IAdminCommand
{
    public string Name => "unlock";

    public string Argument => "NAME";

    public string Summary => "let the owner of a locked account log in again";

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string name = context.Argument;
        if (await accounts.FindAccountAsync(name, cancellationToken).ConfigureAwait(false) is { IsLocked: false })
        {
            string shown = TextSanitizer.Escape(name);
            bool waits = guesses.Delays.Any(delay => delay.Remaining > TimeSpan.Zero && UserName.Same(delay.Account, name));
            string hint = waits ? $", but has to wait for wrong passwords: 'forgive {shown}' ends that" : "";
            await context.WriteLineAsync($"{shown} is not locked{hint}").ConfigureAwait(false);
            return ExitCode.Done;
        }

        if (!await accounts.SetLockedAsync(name, isLocked: false, cancellationToken).ConfigureAwait(false))
            return await context.NoSuchAccountAsync(name).ConfigureAwait(false);
        audit.Write(AuditEvent.AccountUnlocked, name, context.Caller.Address, context.Caller.Name);
        await context.WriteLineAsync($"unlocked {TextSanitizer.Escape(name)}").ConfigureAwait(false);
        return ExitCode.Done;
    }
}
