namespace ServerLib.Administration.Commands;

/// <summary>Lists the entries of the login throttle.</summary>
internal sealed class ThrottleList(LoginThrottle throttle)
{
    public const string Nothing = "nobody is throttled";

    private const int MaxShown = 100;

    public async ValueTask<int> RunAsync(CommandContext context)
    {
        IReadOnlyList<AddressPenalty> addresses = throttle.Penalties;
        IReadOnlyList<AccountDelay> accounts = throttle.Delays;
        IReadOnlyList<AddressRegistrations> registrations = throttle.RecentRegistrations;
        context.Data = new
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

        var table = new TextTable();
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

        await context.ListAsync(table, Nothing).ConfigureAwait(false);
        await MoreAsync(context, addresses.Count, "addresses").ConfigureAwait(false);
        await MoreAsync(context, accounts.Count, "accounts").ConfigureAwait(false);
        await MoreAsync(context, registrations.Count, "addresses with registrations").ConfigureAwait(false);
        return ExitCode.Done;
    }

    private static async ValueTask MoreAsync(CommandContext context, int count, string what)
    {
        if (count > MaxShown)
            await context.WriteLineAsync($"and {count - MaxShown} more {what}").ConfigureAwait(false);
    }

    private static string Wait(TimeSpan remaining) => remaining > TimeSpan.Zero ? $"waits for {Seconds(remaining)}s" : "need not wait";

    private static long Seconds(TimeSpan time) => (long)Math.Ceiling(time.TotalSeconds);
}
