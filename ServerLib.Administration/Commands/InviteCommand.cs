using Microsoft.Extensions.Options;

namespace ServerLib.Administration.Commands;

/// <summary>Creates an invitation to register.</summary>
internal sealed class InviteCommand(
    IUserAdministration accounts, AuditTrail audit, IOptions<ServerOptions> options, TimeProvider time) : IAdminCommand
{
    private static readonly TimeSpan Default = TimeSpan.FromDays(7);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3_650);

    public string Name => "invite";

    public string Argument => "[DURATION]";

    public string Summary => "create a code that registers one account, valid for 7 days or the given time: 12h, 30d";

    public string? Details => "The code is shown once. It is needed if the option Login:Registration is Invitation.";

    public string Example => "invite 12h";

    public bool HasJson => true;

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        TimeSpan lifetime = Default;
        if (context.Argument.Length > 0
            && (!DurationText.TryParse(context.Argument, out lifetime) || lifetime <= TimeSpan.Zero || lifetime > Longest))
        {
            return await context.RefuseAsync(
                ExitCode.WrongUsage, $"{context.Argument} is not a duration such as 90m, 12h, 7d or 2w, of at most ten years").ConfigureAwait(false);
        }

        (UserInvitation created, string code) = await accounts.InviteAsync(lifetime, cancellationToken).ConfigureAwait(false);
        audit.Write(AuditEvent.InvitationMade, "", context.Caller.Address, context.Caller.Name, $"invitation {created.Number}");
        string? warning = options.Value.Login.Registration == RegistrationPolicy.Invitation
            ? null
            : "the server does not ask for invitations: set the option Login:Registration to Invitation";
        context.Data = new { created.Number, code, created.ExpiresAt, warning };
        await context.WriteLineAsync($"invitation {created.Number}, valid until {time.Show(created.ExpiresAt!.Value)}: {code}").ConfigureAwait(false);
        if (warning is not null)
            await context.WriteLineAsync(warning).ConfigureAwait(false);
        return ExitCode.Done;
    }
}
