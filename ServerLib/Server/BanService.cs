using System.Diagnostics.CodeAnalysis;
using ServerLib.Auditing;
using ServerLib.Bans;
using ServerLib.Diagnostics;
using ServerLib.Protocol;

namespace ServerLib.Server;

/// <summary>Adds and lifts bans, in force and in the database.</summary>
/// <param name="bans">The bans in force.</param>
/// <param name="registry">The connections, of which a ban ends those that it covers.</param>
/// <param name="context">The options, the clock, the database of the bans and the audit trail.</param>
/// <param name="events">The server's events.</param>
[SuppressMessage("Reliability", "CA1001", Justification = "A SemaphoreSlim has nothing to dispose unless its wait handle is used.")]
internal sealed class BanService(BanList bans, ConnectionRegistry registry, ServerContext context, ServerEvents events)
{
    private static readonly TimeSpan MinUptime = TimeSpan.FromDays(1);

    private readonly ClockWatch _clock = new(context.Time);

    // Changes of the database and of the list in the same order, so that both have the same bans.
    private readonly SemaphoreSlim _turn = new(1, 1);
    private bool _isLoaded;

    /// <inheritdoc cref="IServerControl.Bans"/>
    public IReadOnlyList<Ban> Bans => bans.All;

    /// <inheritdoc cref="IServerControl.KeepsBans"/>
    public bool KeepsBans => context.BanDatabase is not null;

    /// <inheritdoc cref="IServerControl.BanAsync"/>
    public async ValueTask<int> BanAsync(Ban ban, string byAddress, CancellationToken cancellationToken)
    {
        BanTarget target = Check(ban);
        Ban kept = ban with { Target = target.Text, Since = context.Time.GetUtcNow() };
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await AddAsync(target, kept, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }

        return Enforce(target, kept, kept.CreatedBy, byAddress);
    }

    /// <inheritdoc cref="IServerControl.ImportBanAsync"/>
    public async ValueTask<bool> ImportBanAsync(Ban ban, string by, string byAddress, CancellationToken cancellationToken)
    {
        BanTarget target = Check(ban);
        Ban kept = ban with { Target = target.Text };
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // A server that does not run has not loaded its bans.
            if (!_isLoaded)
                await LoadAsync(cancellationToken).ConfigureAwait(false);
            if (bans.Get(target) is not null)
                return false;
            await AddAsync(target, kept, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }

        Enforce(target, kept, by, byAddress);
        return true;
    }

    /// <inheritdoc cref="IServerControl.UnbanAsync"/>
    public async ValueTask<bool> UnbanAsync(string target, string by, string byAddress, CancellationToken cancellationToken)
    {
        if (!CanUnban(target, out BanTarget parsed, out string? problem))
            throw new ServerLibException(problem);
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            bool wasStored = context.BanDatabase is { } database
                && await database.RemoveBanAsync(parsed.Text, cancellationToken).ConfigureAwait(false);
            if (!bans.Remove(parsed) && !wasStored)
                return false;
        }
        finally
        {
            _turn.Release();
        }

        events.Unbanned(parsed.Text);
        context.Audit?.Write(AuditEvent.Unbanned, parsed.Text, byAddress, by);
        return true;
    }

    /// <summary>Whether this can be banned: not an invalid name, and not what the configuration bans already.</summary>
    public bool CanBan(string text, out BanTarget target, [NotNullWhen(false)] out string? problem)
    {
        if (CanUnban(text, out target, out problem) && target.Name is { } name && Authenticator.FindLoginProblem(name, context.Options) is { } rule)
            problem = $"{TextSanitizer.Escape(target.Text)} is a name that nobody can have: {rule}";
        return problem is null;
    }

    /// <summary>Whether a ban of this could be lifted: not what the configuration bans.</summary>
    public bool CanUnban(string text, out BanTarget target, [NotNullWhen(false)] out string? problem)
    {
        if (!BanTarget.TryParse(text, out target, out problem))
            return false;
        string key = target.Key;
        if (context.Options.Bans.Any(banned => BanTarget.TryParse(banned, out BanTarget configured, out _) && configured.Key == key))
            problem = $"{TextSanitizer.Escape(target.Text)} is banned by the configuration (option {nameof(ServerOptions.Bans)})";
        return problem is null;
    }

    /// <summary>Puts the bans of the configuration and those in the database into force.</summary>
    public async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        foreach (BanTarget target in Configured(context.Options).Values)
            bans.Add(target, OfConfiguration(target));

        IReadOnlyList<Ban> stored = context.BanDatabase is { } database
            ? await database.GetBansAsync(cancellationToken).ConfigureAwait(false)
            : [];
        foreach (Ban ban in stored)
        {
            if (!BanTarget.TryParse(ban.Target, out BanTarget target, out _))
                events.StoredBanInvalid(TextSanitizer.Escape(ban.Target));
            else if (bans.Get(target) is null)
                bans.Add(target, ban);
        }

        _isLoaded = true;
    }

    /// <summary>Prepares other bans of the configuration.</summary>
    /// <param name="next">The options that contain them.</param>
    /// <param name="cancellationToken">Stops waiting for the database.</param>
    /// <returns>Puts them into force.</returns>
    /// <exception cref="ServerLibException">The bans in the database cannot be read.</exception>
    public async ValueTask<Action> PrepareAsync(ServerOptions next, CancellationToken cancellationToken)
    {
        Dictionary<string, BanTarget> before = Configured(context.Options), after = Configured(next);
        BanTarget[] lifted = [.. before.Where(ban => !after.ContainsKey(ban.Key)).Select(ban => ban.Value)];
        BanTarget[] added = [.. after.Where(ban => !before.ContainsKey(ban.Key)).Select(ban => ban.Value)];

        // The database may have a ban of the same target, which applies again.
        IReadOnlyList<Ban> stored = lifted.Length > 0 && context.BanDatabase is { } database
            ? await database.GetBansAsync(cancellationToken).ConfigureAwait(false)
            : [];
        return () =>
        {
            foreach (BanTarget target in lifted)
            {
                // Since the options have changed, an admin may have banned it again.
                if (bans.Get(target)?.CreatedBy != ActorNames.Configuration)
                    continue;
                bans.Remove(target);
                if (stored.FirstOrDefault(ban => BanTarget.TryParse(ban.Target, out BanTarget parsed, out _) && parsed.Key == target.Key) is { } again)
                    bans.Add(target, again);
            }

            foreach (BanTarget target in added)
            {
                Ban ban = OfConfiguration(target);
                bans.Add(target, ban);
                registry.Find(client => target.Covers(client.Alias, client.RemoteEndPoint)).ForEach(client => End(client, ban));
            }
        };
    }

    /// <exception cref="ServerLibException">There can be no such ban.</exception>
    private BanTarget Check(Ban ban)
    {
        ArgumentNullException.ThrowIfNull(ban);
        if (!CanBan(ban.Target, out BanTarget target, out string? problem))
            throw new ServerLibException(problem);
        return ban.Until <= context.Time.GetUtcNow() ? throw new ServerLibException("A ban has to end in the future.") : target;
    }

    private async ValueTask AddAsync(BanTarget target, Ban ban, CancellationToken cancellationToken)
    {
        if (context.BanDatabase is { } database)
            await database.AddBanAsync(ban, cancellationToken).ConfigureAwait(false);
        bans.Add(target, ban);
        await Cleanup.TryAsync(events, "remove expired bans", RemoveExpiredAsync).ConfigureAwait(false);
    }

    /// <summary>Ends the connections that a new ban covers, and records the ban.</summary>
    /// <returns>How many were ended.</returns>
    private int Enforce(BanTarget target, Ban ban, string by, string byAddress)
    {
        List<Connection> covered = registry.Find(client => target.Covers(client.Alias, client.RemoteEndPoint));
        covered.ForEach(client => End(client, ban));
        string until = ban.Until is { } end ? $"until {context.Time.Show(end)}" : "for good";
        string details = ban.Reason.Length > 0 ? $"{until}: {ban.Reason}" : until;
        events.Banned(ban.Target, details, covered.Count);
        context.Audit?.Write(AuditEvent.Banned, ban.Target, byAddress, by, details);
        return covered.Count;
    }

    private static Dictionary<string, BanTarget> Configured(ServerOptions options)
    {
        var targets = new Dictionary<string, BanTarget>(StringComparer.Ordinal);
        foreach (string text in options.Bans)
        {
            if (!BanTarget.TryParse(text, out BanTarget target, out string? problem))
                throw new ServerLibException($"{nameof(ServerOptions.Bans)}: {problem}");
            targets[target.Key] = target;
        }

        return targets;
    }

    private Ban OfConfiguration(BanTarget target) =>
        new(target.Text) { CreatedBy = ActorNames.Configuration, Since = context.Time.GetUtcNow() };

    /// <summary>Deletes expired bans, unless the clock may be wrong: then they would be in force again when it is corrected.</summary>
    private async ValueTask RemoveExpiredAsync()
    {
        if (!_clock.HasRunFor(MinUptime))
            return;
        foreach (Ban ban in bans.Expired)
        {
            if (context.BanDatabase is { } database)
                await database.RemoveBanAsync(ban.Target, CancellationToken.None).ConfigureAwait(false);
            if (BanTarget.TryParse(ban.Target, out BanTarget target, out _))
                bans.Remove(target);
        }
    }

    /// <summary>Ends a connection. A logged-in user gets the reason; anybody else only that the address is banned.</summary>
    private void End(Connection client, Ban ban)
    {
        if (client.Alias.Length > 0)
            client.End(DisconnectReason.Banned, ban.Notice, bans.Remaining(ban));
        else
            client.End(DisconnectReason.Banned);
    }
}
