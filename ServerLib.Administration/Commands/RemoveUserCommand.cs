using Microsoft.Extensions.Options;

namespace ServerLib.Administration.Commands;

/// <summary>Removes an account, and ends its connections.</summary>
internal sealed class RemoveUserCommand(
    IUserAdministration accounts, IServerControl server, AuditTrail audit, IOptions<ServerOptions> options) : IAdminCommand
{
    public string Name => "removeuser";

    public string Argument => "NAME";

    public string Summary => "remove an account, and end its connections";

    public string? Details => "Anyone may register the name again, if the option Login:Registration allows it; use lock to keep the account.";

    public string Example => "removeuser ada";

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string name = context.Argument;
        if (context.Caller.Is(name))
            return await context.OwnAccountAsync().ConfigureAwait(false);
        if (!await accounts.RemoveAccountAsync(name, cancellationToken).ConfigureAwait(false))
            return await context.NoSuchAccountAsync(name).ConfigureAwait(false);
        int ended = server.EndSessions(name, DisconnectReason.AccountChanged);
        audit.Write(AuditEvent.AccountRemoved, name, context.Caller.Address, context.Caller.Name);
        string hint = options.Value.Login.Registration == RegistrationPolicy.Open
            ? "; anybody can register the name again (to prevent that, use 'lock' instead of 'removeuser')"
            : "";
        return await context.DoneAsync($"removed {name}{Count.EndedConnections(ended)}{hint}").ConfigureAwait(false);
    }
}
