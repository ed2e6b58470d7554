using System.Diagnostics.CodeAnalysis;
using ServerLib.Auditing;
using ServerLib.Bans;
using ServerLib.Diagnostics;
using ServerLib.Protocol;

namespace ServerLib;

/// <content>Who is not let in.</content>
public sealed partial class ConnectionServer
{
    /// <summary>The bans in force, those of <see cref="ServerOptions.Bans"/> included, the oldest first.</summary>
    public IReadOnlyList<Ban> Bans => _bans.All;

    /// <summary>Whether bans outlast the server: whether the database is an <see cref="IBanDatabase"/>.</summary>
    public bool KeepsBans => _database is IBanDatabase;

    /// <summary>
    /// Bans a user, an address or a range, in the place of an earlier ban of the same, and ends the connections that it is about. This
    /// machine's own addresses can't be banned, and are in no range.
    /// </summary>
    /// <param name="ban">Whom, until when, and why.</param>
    /// <param name="byAddress">Where the one who bans is connected from, for the audit trail. Default nowhere, as at the console.</param>
    /// <param name="cancellationToken">Gives up waiting for the database.</param>
    /// <returns>How many connections were ended.</returns>
    /// <exception cref="ServerLibException">
    /// <see cref="Ban.Target"/> can't be banned, or the configuration bans it already; the ban is over already; or the database failed.
    /// </exception>
    public async ValueTask<int> BanAsync(Ban ban, string byAddress = "", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ban);
        DateTimeOffset now = _time.GetUtcNow();
        if (!CanBan(ban.Target, out BanTarget subject, out string? problem))
            throw new ServerLibException(problem);
        if (ban.Until <= now)
            throw new ServerLibException("A ban has to end in the future.");
        Ban kept = ban with { Target = subject.Text, Since = now };
        if (_database is IBanDatabase database)
            await database.AddBanAsync(kept, cancellationToken).ConfigureAwait(false);
        _bans.Add(subject, kept);
        List<Connection> covered = Matching(client => subject.Covers(client.Alias, client.RemoteEndPoint));
        covered.ForEach(client => EndBanned(client, kept));
        string until = kept.Until is { } end ? $"until {_time.Show(end)}" : "for good";
        string howLongAndWhy = kept.Reason.Length > 0 ? $"{until}: {kept.Reason}" : until;
        _log.Logging($"[ ALERT ] banned {TextSanitizer.Escape(kept.Target)} {TextSanitizer.Escape(howLongAndWhy)}; connections ended: {covered.Count}");
        _audit?.Write(AuditEvent.Banned, kept.Target, byAddress, kept.CreatedBy, howLongAndWhy);
        return covered.Count;
    }

    /// <summary>Lifts a ban.</summary>
    /// <param name="what">As in <see cref="Ban.Target"/>, however it is written.</param>
    /// <param name="by">Who lifts it, for the audit trail.</param>
    /// <param name="byAddress">Where he is connected from, likewise. Default nowhere, as at the console.</param>
    /// <param name="cancellationToken">Gives up waiting for the database.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="ServerLibException">
    /// <paramref name="what"/> can't be banned; the ban is the configuration's; or the database failed.
    /// </exception>
    public async ValueTask<bool> UnbanAsync(
        string what, string by = "", string byAddress = "", CancellationToken cancellationToken = default)
    {
        if (!CanUnban(what, out BanTarget subject, out string? problem))
            throw new ServerLibException(problem);
        bool wasKept = _database is IBanDatabase database
            && await database.RemoveBanAsync(subject.Text, cancellationToken).ConfigureAwait(false);
        if (!_bans.Remove(subject) && !wasKept)
            return false;
        _log.Logging($"[ ALERT ] unbanned {TextSanitizer.Escape(subject.Text)}");
        _audit?.Write(AuditEvent.Unbanned, subject.Text, byAddress, by);
        return true;
    }

    /// <summary>Whether this can be banned: somebody who can be here, and whom the configuration doesn't ban already.</summary>
    internal bool CanBan(string what, out BanTarget subject, [NotNullWhen(false)] out string? problem)
    {
        if (CanUnban(what, out subject, out problem) && subject.Name is { } name && !Authenticator.IsAllowed(name, _options))
            problem = $"{TextSanitizer.Escape(subject.Text)} is a name that nobody can have";
        return problem is null;
    }

    /// <summary>Whether a ban of this can be lifted, if there is one.</summary>
    internal bool CanUnban(string what, out BanTarget subject, [NotNullWhen(false)] out string? problem)
    {
        if (!BanTarget.TryParse(what, out subject, out problem))
            return false;
        string key = subject.Key;
        if (_options.Bans.Any(banned => BanTarget.TryParse(banned, out BanTarget configured, out _) && configured.Key == key))
            problem = $"{TextSanitizer.Escape(subject.Text)} is banned by the configuration (option {nameof(ServerOptions.Bans)})";
        return problem is null;
    }

    /// <summary>Why is for who is somebody here; a stranger at his address learns that it is banned.</summary>
    private static void EndBanned(Connection client, Ban ban)
    {
        if (client.Alias.Length > 0)
            client.EndBanned(ban.Notice);
        else
            client.End(DisconnectReason.Banned);
    }

    /// <summary>Brings the bans of the configuration and those that the database has kept into force.</summary>
    private async ValueTask LoadBansAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = _time.GetUtcNow();
        foreach (string what in _options.Bans)
        {
            if (!BanTarget.TryParse(what, out BanTarget subject, out string? problem))
                throw new ServerLibException($"{nameof(ServerOptions.Bans)}: {problem}");
            _bans.Add(subject, new Ban(subject.Text) { CreatedBy = ActorNames.Configuration, Since = now });
        }

        if (_database is not IBanDatabase database)
            return;
        foreach (Ban ban in await database.GetBansAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!BanTarget.TryParse(ban.Target, out BanTarget subject, out _))
                LogBanNotRead(TextSanitizer.Escape(ban.Target));
            else if (ban.Until <= now)
                await database.RemoveBanAsync(ban.Target, cancellationToken).ConfigureAwait(false);
            else if (_bans.Get(subject) is null)
                _bans.Add(subject, ban);
        }
    }
}
