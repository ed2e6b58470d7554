using System.Globalization;
using ServerLib.Protocol;

namespace ServerLib.Administration.Commands;

/// <summary>Withdraws an invitation that nobody has taken.</summary>
internal sealed class UninviteCommand(IUserAdministration accounts, AuditTrail audit) : IAdminCommand
{
    public string Name => "uninvite";

    public string Argument => "NUMBER";

    public string Summary => "withdraw an invitation that nobody has taken";

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (!long.TryParse(context.Argument, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
        {
            return await context.RefuseAsync(
                ExitCode.WrongUsage, $"{TextSanitizer.Escape(context.Argument)} is no invitation's number; 'invitations' lists them").ConfigureAwait(false);
        }

        if (!await accounts.WithdrawInvitationAsync(number, cancellationToken).ConfigureAwait(false))
        {
            return await context.RefuseAsync(
                ExitCode.NotFound, $"there is no invitation {TextSanitizer.Escape(context.Argument)} that could be withdrawn").ConfigureAwait(false);
        }

        audit.Write(AuditEvent.InvitationWithdrawn, "", context.Caller.Address, context.Caller.Name, $"invitation {number}");
        await context.WriteLineAsync($"withdrew invitation {number}").ConfigureAwait(false);
        return ExitCode.Done;
    }
}
