using Microsoft.Extensions.Options;
using ServerLib.Protocol;

namespace ServerLib.Administration.Commands;

/// <summary>Gives an account a password that the server makes up, and ends its connections.</summary>
internal sealed class PasswdCommand(
    IUserAdministration accounts, ConnectionServer server, AuditTrail audit, IOptions<ServerOptions> options) : IAdminCommand
{
    public string Name => "passwd";

    public string Argument => "NAME";

    public string Summary => "give an account a new password, which is printed once, and end its connections";

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string name = context.Argument, shown = TextSanitizer.Escape(name);
        if (context.Caller.Is(name))
        {
            // Its connection would be ended before the new password was seen.
            return await context.RefuseAsync(
                ExitCode.WrongUsage, "change your own password as everyone does: /password, or the PASSWORD frame").ConfigureAwait(false);
        }

        string password = GeneratedPassword.Make(options.Value);
        LoginResult changed = await accounts.SetPasswordAsync(name, password, cancellationToken: cancellationToken).ConfigureAwait(false);
        if (changed.Code == LoginCode.Busy)
            return await context.BusyAsync().ConfigureAwait(false);
        if (!changed.IsOk)
            return await context.NoSuchAccountAsync(name).ConfigureAwait(false);
        int ended = server.EndSessions(name, DisconnectReason.AccountChanged);
        audit.Write(AuditEvent.PasswordChanged, name, context.Caller.Address, context.Caller.Name);
        context.Data = new { name, password, connectionsEnded = ended };
        await context.WriteLineAsync($"the new password of {shown} is {password}{AccountAnswers.Ended(ended)}").ConfigureAwait(false);
        return ExitCode.Done;
    }

    /// <remarks>A password that was typed after the name is not a part of it.</remarks>
    public string Audited(string argument) => CommandContext.Words(argument).FirstOrDefault("");
}
