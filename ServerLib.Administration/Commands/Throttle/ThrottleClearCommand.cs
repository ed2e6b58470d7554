using System.CommandLine;
using System.Net;

namespace ServerLib.Administration.Commands;

/// <summary>Clears entries of the login throttle.</summary>
internal sealed class ThrottleClearCommand : AdminCommand
{
    private const string All = "all";

    private readonly Argument<string> _target = new("TARGET") { Description = "An account, an address, a range such as 203.0.113.0/24, or all" };

    public ThrottleClearCommand()
        : base("throttle clear", "Ends waits after failed logins and registrations", CommandPlace.ServerOrFiles) => Arguments.Add(_target);

    public override Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken) => Task.FromResult(Run(request));

    private int Run(AdminRequest request)
    {
        string target = request.Get(_target)!;
        if (target.Contains('/') && !IPNetwork.TryParse(target, out _))
        {
            return request.Refuse(
                ExitCode.WrongUsage, $"{target} is not a range such as 203.0.113.0/24 or 2001:db8::/64; the bits after the prefix must be zero");
        }

        bool isAll = target.Equals(All, StringComparison.OrdinalIgnoreCase);
        LoginThrottle throttle = request.Service<LoginThrottle>();
        int count = isAll ? throttle.ClearAll() : throttle.Clear(target);
        if (count == 0)
            return request.Refuse(ExitCode.NotApplicable, isAll ? ThrottleListCommand.Nothing : $"{target} is not throttled; 'throttle list' shows who is");
        request.Data = new { cleared = count };
        request.Audit(AuditEvent.ThrottleCleared, target);
        return request.Done($"cleared {Count.Of(count, "entry", "entries")}{(isAll ? "" : $" of {target}")}");
    }
}
