using System.Globalization;

namespace ServerLib.Host;

/// <summary>Makes an invitation to register.</summary>
internal sealed class InviteCommand(IUserAdministration accounts, AuditTrail audit, TimeProvider time) : IAdminCommand
{
    private static readonly TimeSpan Default = TimeSpan.FromDays(7);

    public string Name => "invite";

    public string Argument => "[DURATION]";

    public string Summary => "make a code that registers one account within 7 days, or as long as is said: 12h, 30d";

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if ((context.Argument.Length == 0 ? Default : Lifetime.Parse(context.Argument)) is not { } lifetime)
        {
            await context.WriteLineAsync($"DURATION is {Lifetime.Usage}").ConfigureAwait(false);
            return ExitCode.WrongUsage;
        }

        (UserInvitation made, string code) = await accounts.InviteAsync(lifetime, cancellationToken).ConfigureAwait(false);
        audit.Write(AuditEvent.InvitationMade, "", context.Caller.Address, context.Caller.Name, $"invitation {made.Number}");
        context.Data = new { made.Number, code, made.ExpiresAt };
        string until = TimeZoneInfo.ConvertTime(made.ExpiresAt!.Value, time.LocalTimeZone)
            .ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        await context.WriteLineAsync($"invitation {made.Number}, good until {until}: {code}").ConfigureAwait(false);
        return ExitCode.Done;
    }
}
