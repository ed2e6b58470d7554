using Microsoft.Extensions.Options;
using ServerLib.Diagnostics;

namespace ServerLib.Administration.Commands;

/// <summary>Makes an invitation to register.</summary>
internal sealed class InviteCommand(
    IUserAdministration accounts, AuditTrail audit, IOptions<ServerOptions> options, TimeProvider time) : IAdminCommand
{
    private static readonly TimeSpan Default = TimeSpan.FromDays(7);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3_650);

    public string Name => "invite";

    public string Argument => "[DURATION]";

    public string Summary => "make a code that registers one account within 7 days, or as long as is said: 12h, 30d";

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        TimeSpan lifetime = Default;
        if (context.Argument.Length > 0
            && (!DurationText.TryParse(context.Argument, out lifetime) || lifetime <= TimeSpan.Zero || lifetime > Longest))
        {
            return await context.RefuseAsync(
                ExitCode.WrongUsage,
                "DURATION is a number of seconds, minutes, hours, days or weeks, such as 90m, 12h, 7d or 2w, of at most ten years").ConfigureAwait(false);
        }

        (UserInvitation made, string code) = await accounts.InviteAsync(lifetime, cancellationToken).ConfigureAwait(false);
        audit.Write(AuditEvent.InvitationMade, "", context.Caller.Address, context.Caller.Name, $"invitation {made.Number}");
        string? warning = options.Value.Login.Registration == RegistrationPolicy.Invitation
            ? null
            : "it is of no use until the option Registration is Invitation";
        context.Data = new { made.Number, code, made.ExpiresAt, warning };
        await context.WriteLineAsync($"invitation {made.Number}, good until {time.Show(made.ExpiresAt!.Value)}: {code}").ConfigureAwait(false);
        if (warning is not null)
            await context.WriteLineAsync(warning).ConfigureAwait(false);
        return ExitCode.Done;
    }
}
