using System.Globalization;
using Microsoft.Extensions.Logging;

namespace ServerLib.Diagnostics;

/// <summary>The events of the server's TLS certificate, and what they write to the activity log and to the application's log.</summary>
/// <param name="log">The activity log; <see langword="null"/> if there is none.</param>
/// <param name="logger">The application's log.</param>
internal sealed partial class CertificateEvents(ILog? log, ILogger logger)
{
    /// <summary>A certificate is in use.</summary>
    /// <param name="fingerprint">Its SHA-256.</param>
    /// <param name="notAfter">When it expires.</param>
    public void InUse(string fingerprint, DateTimeOffset notAfter) => log?.Logging(
        string.Create(
            CultureInfo.InvariantCulture, $"[ STATUS ] TLS certificate, SHA-256 {fingerprint}, valid until {notAfter.UtcDateTime:yyyy-MM-dd}"));

    /// <summary>A self-signed certificate was renewed.</summary>
    public void Renewed() => log?.Logging(
        "[ ALERT ] the TLS certificate was about to expire and has been replaced: clients that trust its fingerprint need the new one");

    /// <summary>The previous self-signed certificate is in use again.</summary>
    public void Restored() => log?.Logging(
        "[ ALERT ] the previous TLS certificate is in use again: it was replaced while the clock was wrong");

    /// <summary>The certificate expires soon.</summary>
    /// <param name="daysLeft">The whole days until then.</param>
    public void ExpiresSoon(int daysLeft) => log?.Logging($"[ ALERT ] the TLS certificate expires soon (days left: {daysLeft})");

    /// <summary>The certificate has expired.</summary>
    public void Expired() => log?.Logging("[ ALERT ] the TLS certificate has expired: clients that verify it cannot connect");

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "Other users of this machine could read '{Path}', which contains a private key. Its permissions are now owner-only.")]
    public partial void WasReadable(string path);

    [LoggerMessage(2, LogLevel.Warning, "Cannot use a new TLS certificate. The old one stays in use: {Reason}")]
    public partial void KeptOld(string reason);
}
