using System.CommandLine;

namespace ServerLib.Administration.Commands;

/// <summary>Shows what is known of an account, and why its user may not be able to log in.</summary>
internal sealed class UserShowCommand : AdminCommand
{
    private const int FailuresShown = 5;

    private const string About = "Shows an account: role, lock, ban, waits, sessions, keys, last login, and why the last logins failed";

    private readonly Argument<string> _name = new("NAME") { Description = "The account" };

    public UserShowCommand()
        : base("user show", About, CommandPlace.ServerOrFiles)
    {
        Arguments.Add(_name);
        IsAudited = false;
    }

    public override async Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken)
    {
        string name = request.Get(_name)!;
        if (await request.Service<IUserAdministration>().FindAccountAsync(name, cancellationToken).ConfigureAwait(false) is not { } account)
            return request.NoSuchAccount(name);
        Ban? ban = await CurrentBans.FindAsync(request, account.Name, cancellationToken).ConfigureAwait(false);
        AccountDelay[] delays = [.. request.Service<LoginThrottle>().Delays.Where(d => UserName.Same(d.Account, account.Name))];
        Connection[] sessions = request.IsServerRunning ? [.. request.Service<IConnectionLedger>().Find(account.Name).OrderBy(c => c.ConnectedAt)] : [];
        IReadOnlyList<UserKey> keys = request.FindService<IUserKeys>() is { } all
            ? await all.GetKeysAsync(account.Name, cancellationToken).ConfigureAwait(false) ?? []
            : [];
        (AuditEntry? lastLogin, IReadOnlyList<AuditEntry> failures) = await HistoryAsync(request, account.Name, cancellationToken).ConfigureAwait(false);
        request.Data = new
        {
            account.Name,
            account.IsAdmin,
            account.IsLocked,
            account.RegisteredAt,
            account.PasswordSetAt,
            ban = ban is null ? null : new { ban.Target, ban.Until, ban.Reason, ban.CreatedBy },
            waits = delays.Select(d => new { d.From, d.WrongPasswords, remainingSeconds = (long)Math.Ceiling(d.Remaining.TotalSeconds) }),
            sessions = sessions.Select(c => new { address = c.RemoteEndPoint.ToString(), since = c.ConnectedAt }),
            keys,
            lastLogin = lastLogin is null ? null : new { lastLogin.Time, lastLogin.Address, lastLogin.Detail },
            lastFailures = failures.Select(e => new { e.Time, e.Address, e.Detail }),
        };

        var table = new AdminTable("WHAT", "STATE");
        table.Add("name", account.Name);
        table.Add("role", account.IsAdmin ? Roles.Admin : "none");
        table.Add("locked", account.IsLocked ? $"yes; 'user unlock {account.Name}' unlocks it" : "no");
        table.Add("banned", ban is null ? "no" : Describe(request, ban));
        foreach (AccountDelay delay in delays)
            table.Add("throttled", Describe(request, delay));
        if (delays.Length == 0)
            table.Add("throttled", "no");
        table.Add("registered", Time(request, account.RegisteredAt));
        table.Add("password set", Time(request, account.PasswordSetAt));
        foreach (Connection session in sessions)
            table.Add("session", $"{session.RemoteEndPoint} since {request.Show(session.ConnectedAt)}");
        foreach (UserKey key in keys)
            table.Add("key", $"{key.Name} {key.Fingerprint}, last used {(key.LastUsed is { } used ? request.Show(used) : "never")}");
        table.Add("last login", lastLogin is null ? "not in the audit trail" : Describe(request, lastLogin));
        foreach (AuditEntry failure in failures)
            table.Add("failed login", Describe(request, failure));
        return request.List(table, "");
    }

    /// <summary>The last login, and the last failed ones, the newest last.</summary>
    private static async Task<(AuditEntry? LastLogin, IReadOnlyList<AuditEntry> Failures)> HistoryAsync(
        AdminRequest request, string name, CancellationToken cancellationToken)
    {
        AuditTrail audit = request.Service<AuditTrail>();
        IReadOnlyList<AuditEntry> logins = await audit.ReadAsync(Of(AuditEvent.Logon), 1, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<AuditEntry> failures = await audit.ReadAsync(Of(AuditEvent.FailedLogin), FailuresShown, cancellationToken).ConfigureAwait(false);
        return (logins.Count > 0 ? logins[^1] : null, failures);

        AuditFilter Of(AuditEvent what) => new() { Name = name, Events = new HashSet<AuditEvent> { what } };
    }

    private static string Describe(AdminRequest request, Ban ban) =>
        $"{(ban.Until is { } end ? $"until {request.Show(end)}" : "yes")}, by {ban.CreatedBy}{(ban.Reason.Length > 0 ? $": {ban.Reason}" : "")}";

    private static string Describe(AdminRequest request, AccountDelay delay)
    {
        string from = delay.From is null ? "" : $" from {delay.From}";
        string passwords = Count.Of(delay.WrongPasswords, "wrong password") + from;
        return delay.Remaining > TimeSpan.Zero
            ? $"until {request.Show(request.Service<TimeProvider>().GetUtcNow() + delay.Remaining)}, after {passwords}"
            : $"not now; {passwords}";
    }

    private static string Describe(AdminRequest request, AuditEntry entry) =>
        $"{request.Show(entry.Time)} from {entry.Address}{(entry.Detail.Length > 0 ? $": {entry.Detail}" : "")}";

    private static string Time(AdminRequest request, DateTimeOffset? moment) => moment is { } known ? request.Show(known) : "unknown";
}
