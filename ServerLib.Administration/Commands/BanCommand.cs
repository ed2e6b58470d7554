using System.Net;
using ServerLib.Bans;
using ServerLib.Diagnostics;
using ServerLib.Protocol;

namespace ServerLib.Administration.Commands;

/// <summary>Bans a user, an address or a range of them, and ends the connections that the ban is about.</summary>
internal sealed class BanCommand(ConnectionServer server, TimeProvider time, IUserDatabase? database = null) : IAdminCommand
{
    private const int MaxReason = 200;

    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_525);

    public string Name => "ban";

    public string Argument => "NAME|ADDRESS|RANGE [DURATION] [REASON]";

    private string Usage => $"usage: {Name} {Argument}";

    public string Summary => "let someone in no more, for a time such as 30m, 12h or 7d, or for good";

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string[] words = CommandContext.Words(context.Argument, 2);
        string rest = words.Length > 1 ? words[1] : "";
        if (words is not [var what, ..] || what.StartsWith('-') || rest.StartsWith("--", StringComparison.Ordinal))
            return await WrongAsync(Usage).ConfigureAwait(false);
        if (!server.CanBan(what, out BanTarget subject, out string? problem))
            return await WrongAsync(problem).ConfigureAwait(false);
        if (IsCaller(subject, context.Caller))
            return await WrongAsync("that would be you").ConfigureAwait(false);
        DateTimeOffset? until = null;
        if (rest.TrimStart('-') is [>= '0' and <= '9', ..])
        {
            string[] parts = CommandContext.Words(rest, 2);
            if (!DurationText.TryParse(parts[0], out TimeSpan duration) || duration <= TimeSpan.Zero || duration > Longest)
                return await WrongAsync($"{TextSanitizer.Escape(parts[0])} is no duration: 90s, 30m, 12h, 7d or 2w; {Usage}").ConfigureAwait(false);
            until = time.GetUtcNow() + duration;
            rest = parts.Length > 1 ? parts[1] : "";
        }

        if (rest.Length > MaxReason)
            return await WrongAsync($"a reason has at most {MaxReason} characters").ConfigureAwait(false);
        var ban = new Ban(subject.Text, until, rest) { CreatedBy = context.Caller.Name };
        int ended = await server.BanAsync(ban, context.Caller.Address, cancellationToken).ConfigureAwait(false);
        context.Data = new { what = subject.Text, until, reason = rest, ended, kept = server.KeepsBans };
        string howLong = until is null ? "" : $" until {time.Show(until.Value)}";
        await context.WriteLineAsync(
            $"banned {TextSanitizer.Escape(subject.Text)}{howLong}, connections ended: {ended}"
            + (server.KeepsBans ? "" : "; the database keeps no bans, so it lasts until the server stops")).ConfigureAwait(false);
        if (await IsNobodyAsync(subject, cancellationToken).ConfigureAwait(false))
            await context.WriteLineAsync("there is no account of that name; from now on nobody can register it").ConfigureAwait(false);
        return ExitCode.Done;

        ValueTask<int> WrongAsync(string why) => context.RefuseAsync(ExitCode.WrongUsage, why);
    }

    private async ValueTask<bool> IsNobodyAsync(BanTarget subject, CancellationToken cancellationToken) =>
        subject.Name is { } name
        && database is IUserAdministration accounts
        && await accounts.FindAccountAsync(name, cancellationToken).ConfigureAwait(false) is null;

    /// <summary>An admin who is connected must not shut himself out.</summary>
    private static bool IsCaller(BanTarget subject, CommandCaller caller) =>
        subject.Name is not null
            ? subject.Covers(caller.Name, new IPEndPoint(IPAddress.Loopback, 0)) && caller != CommandCaller.Console
            : IPEndPoint.TryParse(caller.Address, out IPEndPoint? address) && subject.Covers("", address);
}
