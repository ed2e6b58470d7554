using ServerLib.Diagnostics;

namespace ServerLib.Host;

/// <summary>Takes a key off an account.</summary>
internal sealed class RemoveKeyCommand(IUserDatabase database, AuditTrail audit) : IAdminCommand
{
    public string Name => "removekey";

    public string Argument => "NAME KEYNAME";

    public string Summary => "take a key off a user's account";

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        IUserKeys accounts = KeyCommands.KeysOf(database);
        if (KeyCommands.Words(context.Argument, 3) is not [var user, var name])
        {
            await context.WriteLineAsync($"usage: {Name} {Argument}").ConfigureAwait(false);
            return ExitCode.WrongUsage;
        }

        if (await accounts.RemoveKeyAsync(user, name, cancellationToken).ConfigureAwait(false) is not { } removed)
        {
            await context.WriteLineAsync($"{PrintableText.Escape(user)} has no key {PrintableText.Escape(name)}").ConfigureAwait(false);
            return ExitCode.NotFound;
        }

        audit.Write(AuditEvent.KeyRemoved, user, actor: context.Caller.Name, detail: $"{removed.Name} {removed.Fingerprint}");
        context.Data = removed;
        await context.WriteLineAsync($"removed {PrintableText.Escape(removed.Name)} {removed.Fingerprint}; who is logged in by it stays")
            .ConfigureAwait(false);
        return ExitCode.Done;
    }
}
