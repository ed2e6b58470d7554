namespace ServerLib.Administration.Commands;

/// <summary>Lists the entries of the login throttle.</summary>
internal sealed class ThrottleListCommand : AdminCommand
{
    public const string Nothing = "nobody is throttled";

    private const int MaxShown = 100;

    private const string About =
        """
        Lists waits after failed logins and registrations

        It shows which addresses are refused, which accounts have to wait, and where many accounts were registered.
        """;

    public ThrottleListCommand()
        : base("throttle list", About, CommandPlace.ServerOrFiles) => IsAudited = false;

    public override Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken) => Task.FromResult(Run(request));

    private static int Run(AdminRequest request)
    {
        LoginThrottle throttle = request.Service<LoginThrottle>();
        IReadOnlyList<AddressPenalty> addresses = throttle.Penalties;
        IReadOnlyList<AccountDelay> accounts = throttle.Delays;
        IReadOnlyList<AddressRegistrations> registrations = throttle.RecentRegistrations;
        request.Data = new
        {
            addresses = addresses.Take(MaxShown)
                .Select(p => new { addresses = p.Addresses, remainingSeconds = Seconds(p.Remaining), isRefused = p.IsRefused }),
            accounts = accounts.Take(MaxShown)
                .Select(d => new { name = d.Account, from = d.From, wrongPasswords = d.WrongPasswords, remainingSeconds = Seconds(d.Remaining) }),
            registrations = registrations.Take(MaxShown)
                .Select(r => new { addresses = r.Addresses, registered = r.Registered, remainingSeconds = Seconds(r.Remaining) }),
            addressCount = addresses.Count,
            accountCount = accounts.Count,
            registrationCount = registrations.Count,
        };

        var table = new AdminTable("KIND", "TARGET", "STATE", "REASON");
        foreach (AddressPenalty penalty in addresses.Take(MaxShown))
        {
            string state = penalty.IsRefused ? $"refused for {Seconds(penalty.Remaining)}s" : "not refused";
            table.Add("address", penalty.Addresses, state, penalty.IsRefused ? "" : $"penalty of {Seconds(penalty.Remaining)}s");
        }

        foreach (AccountDelay delay in accounts.Take(MaxShown))
        {
            string from = delay.From is null ? "" : $" from {delay.From}";
            table.Add("account", delay.Account, Wait(delay.Remaining), Count.Of(delay.WrongPasswords, "wrong password") + from);
        }

        foreach (AddressRegistrations made in registrations.Take(MaxShown))
            table.Add("registrations", made.Addresses, Wait(made.Remaining), $"{Count.Of(made.Registered, "account")} in the last hour");
        request.List(table, Nothing);
        More(request, addresses.Count, "addresses");
        More(request, accounts.Count, "accounts");
        More(request, registrations.Count, "addresses with registrations");
        return ExitCode.Done;
    }

    private static void More(AdminRequest request, int count, string what)
    {
        if (count > MaxShown)
            request.WriteLine($"and {count - MaxShown} more {what}");
    }

    private static string Wait(TimeSpan remaining) => remaining > TimeSpan.Zero ? $"waits for {Seconds(remaining)}s" : "need not wait";

    private static long Seconds(TimeSpan time) => (long)Math.Ceiling(time.TotalSeconds);
}
