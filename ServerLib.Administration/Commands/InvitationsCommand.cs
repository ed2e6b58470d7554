using System.Globalization;

namespace ServerLib.Administration.Commands;

/// <summary>Lists the invitations.</summary>
internal sealed class InvitationsCommand(IUserAdministration accounts, TimeProvider time) : IAdminCommand
{
    public string Name => "invitations";

    public string? Argument => null;

    public string Summary => "list the invitations of the last 30 days, and who has used them";

    public string Example => "invitations --json";

    public bool HasJson => true;

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        IReadOnlyList<UserInvitation> invitations = await accounts.ListInvitationsAsync(cancellationToken).ConfigureAwait(false);
        context.Data = invitations;
        var table = new TextTable();
        foreach (UserInvitation invitation in invitations)
        {
            table.Add(
                invitation.Number.ToString(CultureInfo.InvariantCulture), $"created {time.Show(invitation.CreatedAt)}", StateOf(invitation));
        }

        return await context.ListAsync(table, "there are no invitations").ConfigureAwait(false);
    }

    private string StateOf(UserInvitation invitation) => invitation switch
    {
        { TakenBy: { } name } => $"used by {name}",
        { ExpiresAt: null } => "does not expire",
        { ExpiresAt: { } end } when end <= time.GetUtcNow() => $"expired {time.Show(end)}",
        _ => $"valid until {time.Show(invitation.ExpiresAt!.Value)}",
    };
}
