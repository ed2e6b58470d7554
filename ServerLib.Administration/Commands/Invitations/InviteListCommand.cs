using System.Globalization;

namespace ServerLib.Administration.Commands;

/// <summary>Lists the invitations.</summary>
internal sealed class InviteListCommand : AdminCommand
{
    public InviteListCommand()
        : base("invite list", "Lists the invitations of the last 30 days, and who has used them", CommandPlace.ServerOrFiles) =>
        IsAudited = false;

    public override async Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken)
    {
        IReadOnlyList<UserInvitation> invitations =
            await request.Service<IUserAdministration>().ListInvitationsAsync(cancellationToken).ConfigureAwait(false);
        request.Data = invitations;
        var table = new AdminTable("NUMBER", "CREATED", "STATE");
        foreach (UserInvitation invitation in invitations)
            table.Add(invitation.Number.ToString(CultureInfo.InvariantCulture), request.Show(invitation.CreatedAt), StateOf(request, invitation));
        return request.List(table, "there are no invitations");
    }

    private static string StateOf(AdminRequest request, UserInvitation invitation) => invitation switch
    {
        { TakenBy: { } name } => $"used by {name}",
        { ExpiresAt: null } => "does not expire",
        { ExpiresAt: { } end } when end <= request.Service<TimeProvider>().GetUtcNow() => $"expired {request.Show(end)}",
        _ => $"valid until {request.Show(invitation.ExpiresAt!.Value)}",
    };
}
