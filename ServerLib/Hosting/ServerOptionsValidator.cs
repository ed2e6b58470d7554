using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.Options;
using ServerLib.ActivityLog;
using ServerLib.Bans;
using ServerLib.Passwords;
using ServerLib.Protocol;
using ServerLib.RateLimiting;

namespace ServerLib.Hosting;

/// <summary>Validates the options. Each failure names the option, its value and what is allowed.</summary>
internal sealed class ServerOptionsValidator : IValidateOptions<ServerOptions>
{
    private const int MaxGreeting = 4_000;

    public ValidateOptionsResult Validate(string? name, ServerOptions options)
    {
        var check = new Check();
        if (!UserName.CanCompare)
        {
            check.Failures.Add(
                "The runtime is in invariant globalization mode, in which spellings of a name that look the same are different accounts. "
                + "Install ICU (on Alpine: apk add icu-libs icu-data-full), and set DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=false.");
        }

        Listener(check, options);
        Endpoints(check, options);
        Limits(check, options);
        Login(check, options);
        Files(check, options);
        Certificates(check, options);
        Hashing(check, options);
        ActivityLog(check, options);
        return check.Failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(check.Failures);
    }

    private static void Listener(Check check, ServerOptions options)
    {
        if (!EndpointProblems.IsAddress(options.Server))
            check.Fail(options.Server, "an IP address, such as 127.0.0.1, 0.0.0.0 or ::");
        check.InRange(options.Port, 0, 65_535);
        check.InRange(options.MaxClients, 1, 65_535);
        check.InRange(options.EventLoops, 0, 1_024);
        check.InRange(options.ServerKeySize, RsaPublicKey.MinSize, RsaPublicKey.MaxSize);
        check.InRange(options.ShutdownTimeout, TimeSpan.Zero);
        check.InRange(options.SlowHandlerThreshold, TimeSpan.Zero);
        check.Defined(options.Transport);
        if (string.IsNullOrEmpty(options.DisconnectMessage))
            check.Fail("", "a text of one character or more", "options.DisconnectMessage");
        if (options.ServerGreeting is null || Encoding.UTF8.GetByteCount(options.ServerGreeting) > MaxGreeting)
            check.Fail("(too long)", "a text of at most 4,000 bytes", "options.ServerGreeting");
        for (int i = 0; i < options.Bans.Count; i++)
        {
            if (!BanTarget.TryParse(options.Bans[i], out _, out string? problem))
                check.Failures.Add(string.Create(CultureInfo.InvariantCulture, $"{nameof(options.Bans)}:{i}: {problem}"));
        }
    }

    private static void Endpoints(Check check, ServerOptions options)
    {
        var defaults = new ServerOptions();
        if (options.Endpoints.Count > 0 && (options.Server != defaults.Server || options.Port != defaults.Port))
        {
            check.Failures.Add(
                $"Endpoints and {nameof(options.Server)} or {nameof(options.Port)} can't be set together; "
                + "put the address and port into Endpoints");
        }

        for (int i = 0; i < options.Endpoints.Count; i++)
        {
            foreach (string problem in EndpointProblems.Of(options.Endpoints[i]))
                check.Failures.Add(string.Create(CultureInfo.InvariantCulture, $"Endpoints:{i}: {problem}"));
        }
    }

    private static void Limits(Check check, ServerOptions options)
    {
        check.InRange(options.Limits.MaxConnections, 1, int.MaxValue);
        check.InRange(options.Limits.MaxConnectionsPerAddress, 1, int.MaxValue);
        if (!options.Limits.MaxUnauthenticated.IsValid)
            check.Fail(options.Limits.MaxUnauthenticated, RandomEarlyDrop.Form);
        check.InRange(options.Limits.MaxUnauthenticatedPerAddress, 1, int.MaxValue);
        check.InRange(options.Limits.MaxSessionsPerUser, 1, int.MaxValue);
        check.InRange(options.Limits.MaxMessageRate, 0, 1_000_000);
        check.InRange(options.Limits.MaxMessageBurst, 1, 1_000_000);
        check.InRange(options.Limits.MaxFrameSize, 4 * 1024, 16 * 1024 * 1024);
        check.InRange(options.Limits.MaxQueuedBytes, 4 * 1024, int.MaxValue);
        check.InRange(options.Limits.MaxOutstandingRequests, 1, int.MaxValue);
        check.InRange(options.Limits.MaxConcurrentCalls, 1, 1_000);
        check.InRange(options.Limits.MaxGroupsPerConnection, 0, 1_000_000);
        check.InRange(options.Limits.MaxAnnounced, 0, int.MaxValue);
        check.InRange(options.Limits.KeepAlive, TimeSpan.Zero);
        check.InRange(options.Limits.IdleTimeout, TimeSpan.Zero);
        check.InRange(options.Sessions.ResumeWindow, TimeSpan.Zero);
        check.InRange(options.Sessions.MaxRetainedBytes, 0, int.MaxValue);
    }

    private static void Login(Check check, ServerOptions options)
    {
        check.InRange(options.Login.GraceTime, TimeSpan.FromMilliseconds(1));
        check.InRange(options.Login.MaxAttempts, 1, int.MaxValue);
        check.InRange(options.Login.MaxConcurrentPerAddress, 1, 10_000);
        check.InRange(options.Login.MaxBusyAnswers, 1, int.MaxValue);
        check.InRange(options.Login.PenaltyIPv4Prefix, 8, 32);
        check.InRange(options.Login.MaxRegistrationsPerAddress, 1, 1_000_000);
        check.Defined(options.Login.Plaintext);
        check.Defined(options.Login.Registration);
        check.Each(options.Login.PenaltyExempt, text => AddressBlock.TryParse(text, out _), "an address, or a range such as 203.0.113.0/24");
        check.Each(
            options.Login.HealthCheckAddresses, text => AddressBlock.TryParse(text, out _), "an address, or a range such as 203.0.113.0/24");
        check.Each(options.Login.ReservedNames, UserName.IsValid, "a name that a user could have");
        if (options.Login.TicketLifetime != TimeSpan.Zero)
            check.InRange(options.Login.TicketLifetime, TimeSpan.FromMinutes(1));
        if (options.Login.MaxTicketAge < TimeSpan.FromMinutes(1) || options.Login.MaxTicketAge > TimeSpan.FromDays(3_650))
            check.Fail(options.Login.MaxTicketAge, "a time of 00:01:00 to 3650.00:00:00");
        check.InRange(options.Passwords.MinLength, 1, PasswordRules.MaxLength);
    }

    private static void Files(Check check, ServerOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.DataDirectory))
            check.Fail(options.DataDirectory, "a folder's path");
        else if (File.Exists(options.DataDirectory))
            check.Fail(options.DataDirectory, "a folder, and that is a file");
        check.PathOrNone(options.Passwords.DeniedFile);
        if (options.Audit.Retention < TimeSpan.FromDays(1) || options.Audit.Retention > TimeSpan.FromDays(3_650))
            check.Fail(options.Audit.Retention, "a time of 1.00:00:00 to 3650.00:00:00");
    }

    private static void Certificates(Check check, ServerOptions options)
    {
        ServerTlsOptions tls = options.Tls;
        check.Defined(options.Tls.ClientCertificates);
        check.PathOrNone(options.Tls.CertificateFile);
        check.PathOrNone(options.Tls.CertificateKeyFile);
        check.PathOrNone(options.Tls.ClientCertificateAuthorities);
        if (tls.CertificateFile is null && tls.CertificateKeyFile is not null)
            check.Fail(options.Tls.CertificateKeyFile, "given together with Tls:CertificateFile");
        if (tls.CertificateFile is null && tls.CertificatePassword is not null)
            check.Fail("(not shown)", "given together with Tls:CertificateFile", "options.Tls.CertificatePassword");
        if (tls.ClientCertificates != ClientCertificateMode.None && tls.ClientCertificateAuthorities is null)
            check.Fail(options.Tls.ClientCertificates, "None, or Tls:ClientCertificateAuthorities must name a file");
        if (tls.ClientCertificates == ClientCertificateMode.None && tls.ClientCertificateAuthorities is not null)
            check.Fail(options.Tls.ClientCertificateAuthorities, "given together with Tls:ClientCertificates Allow or Require");
    }

    private static void Hashing(Check check, ServerOptions options)
    {
        int lanes = Math.Clamp(options.PasswordHashing.Parallelism, 1, 255);
        check.InRange(options.PasswordHashing.Parallelism, 1, 255);
        check.InRange(options.PasswordHashing.MemorySize, 8 * lanes, 4 * 1024 * 1024);
        check.InRange(options.PasswordHashing.Iterations, 1, 1_000);
        check.InRange(options.PasswordHashing.Threads, 0, 1_024);
        check.InRange(options.PasswordHashing.QueueLength, 1, 1_000_000);
    }

    private static void ActivityLog(Check check, ServerOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.ActivityLog.File))
            check.Fail(options.ActivityLog.File, "a file's name or path");
        check.InRange(options.ActivityLog.MaxFileSize, 64 * 1024, int.MaxValue);
        check.InRange(options.ActivityLog.OlderFiles, 1, 1_000);
        check.Defined(options.ActivityLog.Format);
        TimeSpan retention = options.ActivityLog.Retention;
        if (retention != TimeSpan.Zero && (retention < TimeSpan.FromDays(1) || retention > TimeSpan.FromDays(3_650)))
            check.Fail(options.ActivityLog.Retention, "0, or a time of 1.00:00:00 to 3650.00:00:00");
        if (options.ActivityLog.Format != ActivityLogFormat.Classic && options.ActivityLog.LineFormat != ActivityLogOptions.DefaultLineFormat)
            check.Fail(options.ActivityLog.LineFormat, "given together with ActivityLog:Format Classic");
        try
        {
            _ = new LineFormat(options.ActivityLog.LineFormat ?? "");
        }
        catch (FormatException e)
        {
            check.Failures.Add($"ActivityLog:LineFormat: {e.Message}");
        }
    }

    /// <summary>Collects failures. The expression that a caller passes, <c>options.Limits.MaxFrameSize</c>, names the option.</summary>
    private sealed class Check
    {
        public List<string> Failures { get; } = [];

        public void InRange(int value, int min, int max, [CallerArgumentExpression(nameof(value))] string option = "")
        {
            if (value < min || value > max)
                Fail(value, string.Create(CultureInfo.InvariantCulture, $"{min} to {max}"), option);
        }

        public void InRange(TimeSpan value, TimeSpan min, [CallerArgumentExpression(nameof(value))] string option = "")
        {
            if (value < min || value > TimeSpan.FromDays(1))
                Fail(value, $"a time of {min:c} to 1.00:00:00", option);
        }

        public void Defined<T>(T value, [CallerArgumentExpression(nameof(value))] string option = "")
            where T : struct, Enum
        {
            if (!Enum.IsDefined(value))
                Fail(value, string.Join(" or ", Enum.GetNames<T>()), option);
        }

        public void PathOrNone(string? path, [CallerArgumentExpression(nameof(path))] string option = "")
        {
            if (path is not null && (string.IsNullOrWhiteSpace(path) || path.Contains('\0', StringComparison.Ordinal)))
                Fail(path, "a file's name or path", option);
        }

        public void Each(
            IList<string> values, Func<string, bool> isValid, string allowed, [CallerArgumentExpression(nameof(values))] string option = "")
        {
            for (int i = 0; i < values.Count; i++)
            {
                if (!isValid(values[i]))
                    Fail(values[i], allowed, string.Create(CultureInfo.InvariantCulture, $"{option}.{i}"));
            }
        }

        public void Fail(object? value, string allowed, [CallerArgumentExpression(nameof(value))] string option = "") =>
            Failures.Add($"{NameOf(option)}: '{value}' is not allowed; it must be {allowed}");

        /// <summary>The configuration's name: <c>Limits:MaxFrameSize</c>.</summary>
        private static string NameOf(string option) => option["options.".Length..].Replace('.', ':');
    }
}
