using Microsoft.Extensions.Options;

namespace ServerLib.Administration.Commands;

/// <summary>Gives an account a generated password, and ends its connections.</summary>
internal sealed class PasswdCommand(
    IUserAdministration accounts, IServerControl server, AuditTrail audit, IOptions<ServerOptions> options) : IAdminCommand
{
    public string Name => "passwd";

    public string Argument => "NAME";

    public string Summary => "give an account a new generated password, print it once, and end its connections";

    public string? Details => "The owner changes the password with /password in the chat.";

    public string Example => "passwd ada";

    public bool HasJson => true;

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string name = context.Argument;
        if (context.Caller.Is(name))
        {
            // The connection would end before the admin has seen the new password.
            return await context.RefuseAsync(
                ExitCode.WrongUsage, "change your own password in the client: in the chat with /password").ConfigureAwait(false);
        }

        string password = GeneratedPassword.Create(options.Value);
        LoginResult changed = await accounts.SetPasswordAsync(name, password, cancellationToken: cancellationToken).ConfigureAwait(false);
        if (changed.Code == LoginCode.Busy)
            return await context.BusyAsync().ConfigureAwait(false);
        if (!changed.IsOk)
            return await context.NoSuchAccountAsync(name).ConfigureAwait(false);
        int ended = server.EndSessions(name, DisconnectReason.AccountChanged);
        audit.Write(AuditEvent.PasswordChanged, name, context.Caller.Address, context.Caller.Name);
        context.Data = new { name, password, connectionsEnded = ended };
        return await context.DoneAsync($"the new password of {name} is {password}{Count.EndedConnections(ended)}").ConfigureAwait(false);
    }

    /// <remarks>Some admins type a password after the name. It must not get into the audit trail.</remarks>
    public string Audited(string argument) => CommandContext.Words(argument).FirstOrDefault("");
}
