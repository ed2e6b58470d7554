using System.CommandLine;
using System.Net;

namespace ServerLib.Administration.Commands;

/// <summary>Bans a user, an address or a range of addresses, and ends their connections.</summary>
internal sealed class BanAddCommand : AdminCommand
{
    private const string About =
        """
        Bans a user or addresses, for a time such as 30m, 12h or 7d, or without an end

        All connections of the target end. A target that looks like an address is one; write name:10.0.0.1 for a user with such
        a name. A word after the target that begins with a digit is a duration.

        Example: ban add 203.0.113.0/24 12h spam
        """;

    private const int MaxReason = 200;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_525);

    private readonly Argument<string> _target = new("TARGET") { Description = "A user, an address, or a range such as 203.0.113.0/24" };
    private readonly Argument<string?> _duration = new("DURATION") { Description = "How long; without it, the ban has no end", Arity = ArgumentArity.ZeroOrOne };
    private readonly Argument<string[]> _reason = new("REASON") { Description = "Why, for the user and other admins", Arity = ArgumentArity.ZeroOrMore };

    public BanAddCommand()
        : base("ban add", About, CommandPlace.ServerOrFiles)
    {
        Arguments.Add(_target);
        Arguments.Add(_duration);
        Arguments.Add(_reason);
        WorksWithoutData = true;
    }

    public override async Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken)
    {
        (TimeSpan? duration, string reason) = Read([.. request.Get(_duration) is { } first ? [first] : (string[])[], .. request.Get(_reason) ?? []]);
        IServerControl server = request.Service<IServerControl>();
        if (!server.CanBan(request.Get(_target)!, out BanTarget target, out string? problem))
            return request.Refuse(ExitCode.WrongUsage, problem);
        if (Covers(target, request.Caller))
            return request.Refuse(ExitCode.WrongUsage, "this would ban yourself; use the server's console if you really want to");
        DateTimeOffset? until = request.Service<TimeProvider>().GetUtcNow() + duration;
        var ban = new Ban(target.Text, until, reason) { CreatedBy = request.Caller.Name };
        int ended = await server.BanAsync(ban, request.Caller.Address, cancellationToken).ConfigureAwait(false);
        request.Data = new { target = target.Text, until, reason, connectionsEnded = ended, isStored = server.KeepsBans };
        string end = until is null ? "" : $" until {request.Show(until.Value)}";
        request.WriteLine($"banned {target.Text}{end}{Count.EndedConnections(ended)}");
        if (!server.KeepsBans)
            request.WriteLine("the database does not store bans, so the ban ends when the server stops");
        if (await IsUnknownAsync(request, target, cancellationToken).ConfigureAwait(false))
            request.WriteLine("there is no account with this name, and nobody can register it now");
        return ExitCode.Done;
    }

    private static (TimeSpan? Duration, string Reason) Read(string[] words)
    {
        TimeSpan? duration = null;
        if (words is [[>= '0' and <= '9', ..] or ['-', >= '0' and <= '9', ..], ..] && words[0] is var first)
        {
            if (!DurationText.TryParse(first, out TimeSpan parsed) || parsed <= TimeSpan.Zero || parsed > Longest)
                throw new AdminCommandException(ExitCode.WrongUsage, $"{first} is not a duration such as 90s, 30m, 12h, 7d or 2w");
            duration = parsed;
            words = words[1..];
        }

        string reason = string.Join(' ', words);
        return reason.Length <= MaxReason
            ? (duration, reason)
            : throw new AdminCommandException(ExitCode.WrongUsage, $"the reason is longer than {MaxReason} characters");
    }

    private static async ValueTask<bool> IsUnknownAsync(AdminRequest request, BanTarget target, CancellationToken cancellationToken) =>
        target.Name is { } name
        && request.FindService<IUserAdministration>() is { } accounts
        && await accounts.FindAccountAsync(name, cancellationToken).ConfigureAwait(false) is null;

    private static bool Covers(BanTarget target, AdminCaller caller) => target.Name is null
        ? IPEndPoint.TryParse(caller.Address, out IPEndPoint? address) && target.Covers("", address)
        : caller.Is(target.Name);
}
