using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.Options;
using ServerLib.ActivityLog;
using ServerLib.Bans;
using ServerLib.Protocol;
using ServerLib.RateLimiting;

namespace ServerLib.Hosting;

/// <summary>Checks the options, and names for each that is wrong what is allowed.</summary>
internal sealed class ServerOptionsValidator : IValidateOptions<ServerOptions>
{
    private const int MaxGreeting = 4_000;

    public ValidateOptionsResult Validate(string? name, ServerOptions options)
    {
        var failures = new List<string>();
        if (!IsAddress(options.Server))
            Fail(nameof(options.Server), options.Server, "an IP address, such as 127.0.0.1, 0.0.0.0 or ::");
        InRange(nameof(options.Port), options.Port, 0, 65_535);
        InRange(nameof(options.MaxClients), options.MaxClients, 1, 65_535);
        InRange(nameof(options.MaxConnections), options.MaxConnections, 1, int.MaxValue);
        InRange(nameof(options.MaxConnectionsPerAddress), options.MaxConnectionsPerAddress, 1, int.MaxValue);
        if (!RandomEarlyDrop.TryParse(options.MaxUnauthenticated, out _))
            Fail(nameof(options.MaxUnauthenticated), options.MaxUnauthenticated, RandomEarlyDrop.Form);
        InRange(nameof(options.MaxUnauthenticatedPerAddress), options.MaxUnauthenticatedPerAddress, 1, int.MaxValue);
        InRange(nameof(options.MaxLoginAttempts), options.MaxLoginAttempts, 1, int.MaxValue);
        InRange(nameof(options.MaxSessionsPerUser), options.MaxSessionsPerUser, 1, int.MaxValue);
        InRange(nameof(options.MaxMessageRate), options.MaxMessageRate, 0, 1_000_000);
        InRange(nameof(options.MaxMessageBurst), options.MaxMessageBurst, 1, 1_000_000);
        InRange(nameof(options.PenaltyIPv4Prefix), options.PenaltyIPv4Prefix, 8, 32);
        InRange(nameof(options.MaxRegistrationsPerAddress), options.MaxRegistrationsPerAddress, 1, 1_000_000);
        for (int i = 0; i < options.PenaltyExempt.Count; i++)
        {
            if (!AddressBlock.TryParse(options.PenaltyExempt[i], out _))
                Fail($"{nameof(options.PenaltyExempt)}:{i}", options.PenaltyExempt[i], "an address, or a range such as 203.0.113.0/24");
        }

        InRange(nameof(options.MaxFrameSize), options.MaxFrameSize, 4 * 1024, 16 * 1024 * 1024);
        InRange(nameof(options.MaxQueuedBytes), options.MaxQueuedBytes, 4 * 1024, int.MaxValue);
        InRange(nameof(options.MaxOutstandingRequests), options.MaxOutstandingRequests, 1, int.MaxValue);
        InRange(nameof(options.MaxGroupsPerConnection), options.MaxGroupsPerConnection, 0, 1_000_000);
        InRange(nameof(options.MaxAnnounced), options.MaxAnnounced, 0, int.MaxValue);
        InRange(nameof(options.MinPasswordLength), options.MinPasswordLength, 1, PasswordRules.MaxLength);
        InRange(nameof(options.EventLoops), options.EventLoops, 0, 1_024);
        InRange(nameof(options.ServerKeySize), options.ServerKeySize, RsaPublicKey.MinSize, RsaPublicKey.MaxSize);
        TimeInRange(nameof(options.LoginGraceTime), options.LoginGraceTime, TimeSpan.FromMilliseconds(1));
        TimeInRange(nameof(options.KeepAlive), options.KeepAlive, TimeSpan.Zero);
        TimeInRange(nameof(options.IdleTimeout), options.IdleTimeout, TimeSpan.Zero);
        TimeInRange(nameof(options.ShutdownTimeout), options.ShutdownTimeout, TimeSpan.Zero);
        if (options.HistoryRetention < TimeSpan.FromDays(1) || options.HistoryRetention > TimeSpan.FromDays(3_650))
            Fail(nameof(options.HistoryRetention), options.HistoryRetention, "a time of 1.00:00:00 to 3650.00:00:00");
        Defined(nameof(options.Registration), options.Registration);
        Defined(nameof(options.Transport), options.Transport);
        if (string.IsNullOrEmpty(options.DisconnectMessage))
            Fail(nameof(options.DisconnectMessage), "", "a text of one character or more");
        if (options.ServerGreeting is null || Encoding.UTF8.GetByteCount(options.ServerGreeting) > MaxGreeting)
            Fail(nameof(options.ServerGreeting), "(too long)", "a text of at most 4,000 bytes");
        if (string.IsNullOrWhiteSpace(options.DataDirectory))
            Fail(nameof(options.DataDirectory), options.DataDirectory, "a folder's path");
        else if (File.Exists(options.DataDirectory))
            Fail(nameof(options.DataDirectory), options.DataDirectory, "a folder, and that is a file");
        foreach ((int index, string reserved) in options.ReservedNames.Index())
        {
            if (!UserName.IsValid(reserved))
                Fail(string.Create(CultureInfo.InvariantCulture, $"{nameof(options.ReservedNames)}:{index}"), reserved, "a name that a user could have");
        }

        PathOrNone(nameof(options.DeniedPasswordsFile), options.DeniedPasswordsFile);
        foreach ((int index, string what) in options.Bans.Index())
        {
            if (!BanTarget.TryParse(what, out _, out string? problem))
                failures.Add(string.Create(CultureInfo.InvariantCulture, $"{nameof(options.Bans)}:{index}: {problem}"));
        }

        Certificates();
        Hashing(options.PasswordHashing);
        ActivityLog(options.ActivityLog);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Certificates()
        {
            Defined(nameof(options.Plaintext), options.Plaintext);
            Defined(nameof(options.ClientCertificates), options.ClientCertificates);
            PathOrNone(nameof(options.CertificateFile), options.CertificateFile);
            PathOrNone(nameof(options.CertificateKeyFile), options.CertificateKeyFile);
            PathOrNone(nameof(options.ClientCertificateAuthorities), options.ClientCertificateAuthorities);
            if (options.CertificateFile is null && options.CertificateKeyFile is not null)
                Fail(nameof(options.CertificateKeyFile), options.CertificateKeyFile, "given together with CertificateFile");
            if (options.CertificateFile is null && options.CertificatePassword is not null)
                Fail(nameof(options.CertificatePassword), "(not shown)", "given together with CertificateFile");
            if (options.ClientCertificates != ClientCertificateMode.None && options.ClientCertificateAuthorities is null)
                Fail(nameof(options.ClientCertificates), options.ClientCertificates, "None, or ClientCertificateAuthorities must name a file");
            if (options.ClientCertificates == ClientCertificateMode.None && options.ClientCertificateAuthorities is { } authorities)
                Fail(nameof(options.ClientCertificateAuthorities), authorities, "given together with ClientCertificates Allow or Require");
        }

        void Hashing(PasswordHashingOptions hashing)
        {
            InRange("PasswordHashing:Parallelism", hashing.Parallelism, 1, 255);
            InRange("PasswordHashing:MemorySize", hashing.MemorySize, 8 * Math.Clamp(hashing.Parallelism, 1, 255), 4 * 1024 * 1024);
            InRange("PasswordHashing:Iterations", hashing.Iterations, 1, 1_000);
            InRange("PasswordHashing:Threads", hashing.Threads, 0, 1_024);
            InRange("PasswordHashing:QueueLength", hashing.QueueLength, 1, 1_000_000);
        }

        void ActivityLog(ActivityLogOptions log)
        {
            if (string.IsNullOrWhiteSpace(log.File))
                Fail("ActivityLog:File", log.File, "a file's name or path");
            InRange("ActivityLog:MaxFileSize", log.MaxFileSize, 64 * 1024, int.MaxValue);
            InRange("ActivityLog:OlderFiles", log.OlderFiles, 1, 1_000);
            try
            {
                _ = new LineFormat(log.LineFormat ?? "");
            }
            catch (FormatException e)
            {
                failures.Add($"ActivityLog:LineFormat: {e.Message}");
            }
        }

        void PathOrNone(string option, string? path)
        {
            if (path is not null && (string.IsNullOrWhiteSpace(path) || path.Contains('\0', StringComparison.Ordinal)))
                Fail(option, path, "a file's name or path");
        }

        void InRange(string option, int value, int min, int max)
        {
            if (value < min || value > max)
                Fail(option, value, string.Create(CultureInfo.InvariantCulture, $"{min} to {max}"));
        }

        // What is parsed is also 1 and 0x7f.1.
        static bool IsAddress(string? text) =>
            IPAddress.TryParse(text, out IPAddress? address) && (text.Contains(':') || address.ToString() == text);

        void Defined<T>(string option, T value)
            where T : struct, Enum
        {
            if (!Enum.IsDefined(value))
                Fail(option, value, string.Join(" or ", Enum.GetNames<T>()));
        }

        void TimeInRange(string option, TimeSpan value, TimeSpan min)
        {
            if (value < min || value > TimeSpan.FromDays(1))
                Fail(option, value, $"a time of {min:c} to 1.00:00:00");
        }

        void Fail(string option, object? value, string allowed) => failures.Add($"{option}: '{value}' is not allowed; it must be {allowed}");
    }
}
