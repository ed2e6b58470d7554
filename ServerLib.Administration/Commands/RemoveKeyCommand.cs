using ServerLib.Protocol;

namespace ServerLib.Administration.Commands;

/// <summary>Takes a key off an account.</summary>
internal sealed class RemoveKeyCommand(IUserKeys accounts, AuditTrail audit) : IAdminCommand
{
    public string Name => "removekey";

    public string Argument => "NAME KEYNAME";

    public string Summary => "take a key off a user's account";

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (CommandContext.Words(context.Argument) is not [var user, var name])
            return await context.RefuseAsync(ExitCode.WrongUsage, $"usage: {Name} {Argument}").ConfigureAwait(false);
        if (await accounts.GetKeysAsync(user, cancellationToken).ConfigureAwait(false) is null)
            return await context.NoSuchUserAsync(user).ConfigureAwait(false);
        if (await accounts.RemoveKeyAsync(user, name, cancellationToken).ConfigureAwait(false) is not { } removed)
        {
            return await context.RefuseAsync(
                ExitCode.NotFound, $"{TextSanitizer.Escape(user)} has no key {TextSanitizer.Escape(name)}").ConfigureAwait(false);
        }

        audit.Write(AuditEvent.KeyRemoved, user, context.Caller.Address, context.Caller.Name, $"{removed.Name} {removed.Fingerprint}");
        context.Data = removed;
        await context.WriteLineAsync($"removed {TextSanitizer.Escape(removed.Name)} {removed.Fingerprint}; who is logged in by it stays")
            .ConfigureAwait(false);
        return ExitCode.Done;
    }
}
