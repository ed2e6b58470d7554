using System.Security.Claims;

namespace ServerLib.Administration.Commands;

/// <summary>Changes the role of an account, for <c>grant</c> and <c>revoke</c>.</summary>
internal sealed class RoleChange(IUserAdministration accounts, IConnectionLedger ledger, AuditTrail audit)
{
    public const string Usage = "NAME admin";

    private const string Admin = "admin";

    public async ValueTask<int> RunAsync(IAdminCommand command, CommandContext context, bool isAdmin, CancellationToken cancellationToken)
    {
        if (CommandContext.Words(context.Argument) is not [var name, Admin])
            return await context.UsageAsync(command).ConfigureAwait(false);
        if (!isAdmin && context.Caller.Is(name))
            return await context.OwnAccountAsync().ConfigureAwait(false);
        if (isAdmin && AuditTrail.ReservedActors.FirstOrDefault(other => UserName.Same(name, other)) is { } reserved)
        {
            return await context.RefuseAsync(
                ExitCode.WrongUsage,
                $"{name} cannot be an admin, because the audit trail uses the name '{reserved}' for something else").ConfigureAwait(false);
        }

        if (await accounts.FindAccountAsync(name, cancellationToken).ConfigureAwait(false) is { } account && account.IsAdmin == isAdmin)
            return await context.DoneAsync($"{name} is {(isAdmin ? "already" : "not")} an admin").ConfigureAwait(false);
        if (!await accounts.SetAdminAsync(name, isAdmin, cancellationToken).ConfigureAwait(false))
            return await context.NoSuchAccountAsync(name).ConfigureAwait(false);
        foreach (Connection connection in ledger.Find(name))
            connection.User = Change(connection.User, isAdmin);
        audit.Write(AuditEvent.RoleChanged, name, context.Caller.Address, context.Caller.Name, $"{command.Name} admin");
        return await context.DoneAsync($"{name} is {(isAdmin ? "now" : "no longer")} an admin").ConfigureAwait(false);
    }

    /// <summary>The same user with or without the role.</summary>
    private static ClaimsPrincipal Change(ClaimsPrincipal user, bool isAdmin)
    {
        ClaimsPrincipal changed = user.Clone();
        foreach (ClaimsIdentity identity in changed.Identities)
        {
            foreach (Claim role in identity.FindAll(claim => claim.Type == identity.RoleClaimType && claim.Value == Admin).ToArray())
                identity.RemoveClaim(role);
        }

        if (isAdmin && changed.Identity is ClaimsIdentity first)
            first.AddClaim(new Claim(first.RoleClaimType, Admin));
        return changed;
    }
}
