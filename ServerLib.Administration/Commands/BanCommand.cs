using System.Net;

namespace ServerLib.Administration.Commands;

/// <summary>Bans a user, an address or a range of addresses, and ends their connections.</summary>
internal sealed class BanCommand(IServerControl server, TimeProvider time, IUserAdministration? accounts = null) : IAdminCommand
{
    public string Name => "ban";

    public string Argument => "NAME|ADDRESS|RANGE [DURATION] [REASON]";

    public string Summary => "ban a user or addresses, for a time such as 30m, 12h or 7d, or without an end";

    public string? Details =>
        "A target that looks like an address is one; write name:10.0.0.1 for a user with such a name. "
        + "All connections of the target end. Without DURATION, the ban has no end.";

    public string Example => "ban 203.0.113.0/24 12h spam";

    public bool HasJson => true;

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (!BanArguments.TryParse(context.Argument, CommandParser.UsageOf(this), out BanArguments? arguments, out string? problem)
            || !server.CanBan(arguments.Target, out BanTarget target, out problem))
        {
            return await context.RefuseAsync(ExitCode.WrongUsage, problem).ConfigureAwait(false);
        }

        if (Covers(target, context.Caller))
        {
            return await context.RefuseAsync(
                ExitCode.WrongUsage, "this would ban yourself; use the server's console if you really want to").ConfigureAwait(false);
        }

        DateTimeOffset? until = time.GetUtcNow() + arguments.Duration;
        var ban = new Ban(target.Text, until, arguments.Reason) { CreatedBy = context.Caller.Name };
        int ended = await server.BanAsync(ban, context.Caller.Address, cancellationToken).ConfigureAwait(false);
        context.Data = new { target = target.Text, until, reason = arguments.Reason, connectionsEnded = ended, isStored = server.KeepsBans };
        string end = until is null ? "" : $" until {time.Show(until.Value)}";
        await context.WriteLineAsync($"banned {target.Text}{end}{Count.EndedConnections(ended)}").ConfigureAwait(false);
        if (!server.KeepsBans)
            await context.WriteLineAsync("the database does not store bans, so the ban ends when the server stops").ConfigureAwait(false);
        if (await IsUnknownAsync(target, cancellationToken).ConfigureAwait(false))
            await context.WriteLineAsync("there is no account with this name, and nobody can register it now").ConfigureAwait(false);
        return ExitCode.Done;
    }

    private async ValueTask<bool> IsUnknownAsync(BanTarget target, CancellationToken cancellationToken) =>
        target.Name is { } name
        && accounts is not null
        && await accounts.FindAccountAsync(name, cancellationToken).ConfigureAwait(false) is null;

    private static bool Covers(BanTarget target, CommandCaller caller) => target.Name is null
        ? IPEndPoint.TryParse(caller.Address, out IPEndPoint? address) && target.Covers("", address)
        : caller != CommandCaller.Console && caller.Is(target.Name);
}
