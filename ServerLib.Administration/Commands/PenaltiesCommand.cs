using ServerLib.Authentication;
using ServerLib.Protocol;

namespace ServerLib.Administration.Commands;

/// <summary>Says which addresses and accounts have something coming, for guessing or registering too much.</summary>
internal sealed class PenaltiesCommand(LoginThrottle guesses) : IAdminCommand
{
    /// <summary>What is said where there is nothing to show, or to forgive.</summary>
    public const string Nobody = "nobody has anything coming";

    private const int MaxShown = 100;

    public string Name => "penalties";

    public string? Argument => null;

    public string Summary => "say which addresses are refused and which accounts have to wait, for guessing or registering too much";

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        IReadOnlyList<AddressPenalty> addresses = guesses.Penalties;
        IReadOnlyList<AccountDelay> accounts = guesses.Delays;
        IReadOnlyList<AddressRegistrations> registrations = guesses.RecentRegistrations;
        context.Data = new
        {
            addresses = addresses.Take(MaxShown)
                .Select(p => new { addresses = p.Addresses, seconds = Seconds(p.Remaining), refused = p.IsRefused }),
            accounts = accounts.Take(MaxShown)
                .Select(d => new { name = d.Account, from = d.From, wrongPasswords = d.WrongPasswords, seconds = Seconds(d.Remaining) }),
            registrations = registrations.Take(MaxShown)
                .Select(r => new { addresses = r.Addresses, registered = r.Registered, seconds = Seconds(r.Remaining) }),
            addressCount = addresses.Count,
            accountCount = accounts.Count,
            registrationCount = registrations.Count,
        };
        if (addresses.Count + accounts.Count + registrations.Count == 0)
            await context.WriteLineAsync(Nobody).ConfigureAwait(false);
        foreach (AddressPenalty penalty in addresses.Take(MaxShown))
        {
            string what = penalty.IsRefused ? "refused for" : "not refused,";
            await context.WriteLineAsync($"address {penalty.Addresses}: {what} {Seconds(penalty.Remaining)} s").ConfigureAwait(false);
        }

        await MoreAsync(addresses.Count, "addresses").ConfigureAwait(false);
        foreach (AccountDelay delay in accounts.Take(MaxShown))
        {
            string from = delay.From is null ? "" : $" from {delay.From}";
            string wait = delay.Remaining > TimeSpan.Zero ? $"has to wait {Seconds(delay.Remaining)} s" : "need not wait";
            await context.WriteLineAsync($"account {TextSanitizer.Escape(delay.Account)}: {wait}, wrong passwords{from}: {delay.WrongPasswords}")
                .ConfigureAwait(false);
        }

        await MoreAsync(accounts.Count, "accounts").ConfigureAwait(false);
        foreach (AddressRegistrations made in registrations.Take(MaxShown))
        {
            string wait = made.Remaining > TimeSpan.Zero ? $"refused for {Seconds(made.Remaining)} s" : "not refused";
            await context.WriteLineAsync($"registrations from {made.Addresses}: {wait}, within the hour: {made.Registered}").ConfigureAwait(false);
        }

        await MoreAsync(registrations.Count, "addresses with registrations").ConfigureAwait(false);
        return ExitCode.Done;

        async ValueTask MoreAsync(int count, string what)
        {
            if (count > MaxShown)
                await context.WriteLineAsync($"and {count - MaxShown} more {what}").ConfigureAwait(false);
        }
    }

    private static long Seconds(TimeSpan time) => (long)Math.Ceiling(time.TotalSeconds);
}
