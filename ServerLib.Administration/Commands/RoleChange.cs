using ServerLib.Auditing;
using ServerLib.Protocol;

namespace ServerLib.Administration.Commands;

/// <summary>What <c>grant</c> and <c>revoke</c> do.</summary>
internal sealed class RoleChange(IUserAdministration accounts, AuditTrail audit)
{
    public const string Usage = "NAME admin";

    public async ValueTask<int> RunAsync(CommandContext context, bool isAdmin, CancellationToken cancellationToken)
    {
        string command = isAdmin ? "grant" : "revoke";
        if (CommandContext.Words(context.Argument) is not [var name, "admin"])
            return await context.RefuseAsync(ExitCode.WrongUsage, $"usage: {command} {Usage}").ConfigureAwait(false);
        if (!isAdmin && context.Caller.Is(name))
            return await context.ThatIsYouAsync().ConfigureAwait(false);
        if (isAdmin && ActorNames.All.FirstOrDefault(other => UserName.Same(name, other)) is { } taken)
        {
            return await context.RefuseAsync(
                ExitCode.WrongUsage, $"this one can't be an admin: in the trail he would be taken for the {taken}").ConfigureAwait(false);
        }

        if (await accounts.FindAccountAsync(name, cancellationToken).ConfigureAwait(false) is { } account && account.IsAdmin == isAdmin)
        {
            await context.WriteLineAsync($"{TextSanitizer.Escape(name)} is {(isAdmin ? "an admin already" : "no admin")}").ConfigureAwait(false);
            return ExitCode.Done;
        }

        if (!await accounts.SetAdminAsync(name, isAdmin, cancellationToken).ConfigureAwait(false))
            return await context.NoSuchAccountAsync(name).ConfigureAwait(false);
        audit.Write(AuditEvent.RoleChanged, name, context.Caller.Address, context.Caller.Name, $"{command} admin");
        await context.WriteLineAsync($"{TextSanitizer.Escape(name)} is {(isAdmin ? "an admin" : "no admin")} now").ConfigureAwait(false);
        return ExitCode.Done;
    }
}
