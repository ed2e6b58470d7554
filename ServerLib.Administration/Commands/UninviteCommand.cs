using System.Globalization;

namespace ServerLib.Administration.Commands;

/// <summary>Withdraws an unused invitation.</summary>
internal sealed class UninviteCommand(IUserAdministration accounts, AuditTrail audit) : IAdminCommand
{
    public string Name => "uninvite";

    public string Argument => "NUMBER";

    public string Summary => "withdraw an unused invitation";

    public string? Details => "'invitations' lists the numbers.";

    public string Example => "uninvite 3";

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string text = context.Argument;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
        {
            return await context.RefuseAsync(
                ExitCode.WrongUsage, $"{text} is not the number of an invitation; 'invitations' lists them").ConfigureAwait(false);
        }

        if (!await accounts.WithdrawInvitationAsync(number, cancellationToken).ConfigureAwait(false))
        {
            return await context.RefuseAsync(
                ExitCode.NotFound, $"there is no unused invitation {text}; 'invitations' lists all").ConfigureAwait(false);
        }

        audit.Write(AuditEvent.InvitationWithdrawn, "", context.Caller.Address, context.Caller.Name, $"invitation {number}");
        return await context.DoneAsync($"withdrew invitation {number}").ConfigureAwait(false);
    }
}
