using ServerLib.Diagnostics;
using ServerLib.Protocol;

namespace ServerLib.Administration.Commands;

/// <summary>Lists the invitations.</summary>
internal sealed class InvitationsCommand(IUserAdministration accounts, TimeProvider time) : IAdminCommand
{
    public string Name => "invitations";

    public string? Argument => null;

    public string Summary => "list the invitations of late, and who has taken them";

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        IReadOnlyList<UserInvitation> invitations = await accounts.ListInvitationsAsync(cancellationToken).ConfigureAwait(false);
        context.Data = invitations;
        foreach (UserInvitation invitation in invitations)
        {
            await context.WriteLineAsync($"{invitation.Number}  made {time.Show(invitation.CreatedAt)}, {State(invitation)}")
                .ConfigureAwait(false);
        }

        if (invitations.Count == 0)
            await context.WriteLineAsync("there are no invitations").ConfigureAwait(false);
        return ExitCode.Done;
    }

    private string State(UserInvitation invitation) => invitation switch
    {
        { TakenBy: { } name } => $"taken by {TextSanitizer.Escape(name)}",
        { ExpiresAt: null } => "good for ever",
        { ExpiresAt: { } end } when end <= time.GetUtcNow() => $"expired {time.Show(end)}",
        _ => $"good until {time.Show(invitation.ExpiresAt!.Value)}",
    };
}
