using System.Net;

namespace ServerLib.Administration.Commands;

/// <summary>Clears entries of the login throttle.</summary>
internal sealed class ThrottleClear(LoginThrottle throttle, AuditTrail audit)
{
    private const string All = "all";

    public async ValueTask<int> RunAsync(CommandContext context, string target)
    {
        if (target.Contains('/') && !IPNetwork.TryParse(target, out _))
        {
            return await context.RefuseAsync(
                ExitCode.WrongUsage, $"{target} is not a range such as 203.0.113.0/24 or 2001:db8::/64; the bits after the prefix must be zero")
                .ConfigureAwait(false);
        }

        bool isAll = target.Equals(All, StringComparison.OrdinalIgnoreCase);
        int count = isAll ? throttle.ClearAll() : throttle.Clear(target);
        context.Data = new { cleared = count };
        if (count == 0)
        {
            return await context.RefuseAsync(
                ExitCode.NotFound, isAll ? ThrottleList.Nothing : $"{target} is not throttled; 'throttle list' shows who is").ConfigureAwait(false);
        }

        audit.Write(AuditEvent.ThrottleCleared, target, context.Caller.Address, context.Caller.Name);
        return await context.DoneAsync($"cleared {Count.Of(count, "entry", "entries")}{(isAll ? "" : $" of {target}")}").ConfigureAwait(false);
    }
}
