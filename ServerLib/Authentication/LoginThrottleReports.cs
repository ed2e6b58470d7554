using System.Globalization;
using ServerLib.Diagnostics;
using ServerLib.Files;

namespace ServerLib.Authentication;

/// <summary>Reports the start of each penalty of an address, and of each delay of an account.</summary>
internal sealed class LoginThrottleReports(ServerEvents events, AuditTrail? audit)
{
    /// <summary>Reports a penalty.</summary>
    /// <param name="begun">The penalty, when the server begins to refuse the address for it; otherwise <see langword="null"/>.</param>
    /// <param name="sentNothing">Whether it is for a connection that sent nothing.</param>
    public void Penalized(AddressPenalty? begun, bool sentNothing = false)
    {
        if (begun is null)
            return;
        string time = Seconds(begun.Remaining);
        events.AddressPenalized(AddressText.BlockOf(begun.Addresses), begun.Addresses, time, sentNothing);
        audit?.Write(AuditEvent.Penalty, begun.Addresses, begun.Addresses, detail: sentNothing ? $"refused for {time}, for connections that sent nothing" : $"refused for {time}");
    }

    /// <summary>Reports a delay.</summary>
    /// <param name="delay">The account's delay.</param>
    /// <param name="last">The attempt that caused it.</param>
    public void Delayed(AccountDelay delay, Credentials last)
    {
        string address = AddressText.From(last.Address);
        string details = $"delayed for {Seconds(delay.Remaining)} after {delay.WrongPasswords} wrong passwords"
            + (delay.From is { } from ? $" from {from}" : "");
        events.AccountDelayed(AddressText.BlockOf(address), last.Address, last.Username, details);
        audit?.Write(AuditEvent.AccountDelayed, last.Username, address, detail: details);
    }

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(time.TotalSeconds):0} s");
}
