using ServerLib.Protocol;
using ServerLib.RateLimiting;

namespace ServerLib.Administration.Commands;

/// <summary>Lets guessers off.</summary>
internal sealed class ForgiveCommand(LoginThrottle guesses, AuditTrail audit) : IAdminCommand
{
    private const string Everybody = "all";

    public string Name => "forgive";

    public string Argument => "WHOM";

    public string Summary => "let an account, an address, a range or 'all' off what 'penalties' shows";

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string whom = context.Argument;
        if (whom.Contains('/') && !AddressBlock.TryParse(whom, out _))
        {
            return await context.RefuseAsync(
                ExitCode.WrongUsage, $"{TextSanitizer.Escape(whom)} is no range: 203.0.113.0/24 or 2001:db8::/64, with zeros behind its prefix").ConfigureAwait(false);
        }

        bool isAll = whom.Equals(Everybody, StringComparison.OrdinalIgnoreCase);
        int count = isAll ? guesses.ClearAll() : guesses.Clear(whom);
        context.Data = new { forgiven = count };
        if (count == 0)
        {
            return await context.RefuseAsync(
                ExitCode.NotFound, isAll ? PenaltiesCommand.Nobody : $"{TextSanitizer.Escape(whom)} has nothing coming").ConfigureAwait(false);
        }

        audit.Write(AuditEvent.ThrottleCleared, whom, context.Caller.Address, context.Caller.Name);
        await context.WriteLineAsync($"forgave {TextSanitizer.Escape(whom)} (entries: {count})").ConfigureAwait(false);
        return ExitCode.Done;
    }
}
