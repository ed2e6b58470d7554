using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ServerLib.Diagnostics;
using ServerLib.Files;
using ServerLib.Transport;

namespace ServerLib;

/// <summary>
/// The certificate for TLS: the one in the options, or a self-signed one that the server creates and renews. If a file changes, it is
/// loaded again. Existing connections keep their certificate.
/// </summary>
public sealed class ServerCertificate : IDisposable, IAsyncDisposable
{
    /// <summary>The file in the data folder that contains the self-signed certificate and its private key.</summary>
    internal const string FileName = "server-certificate.pem";

    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan MinUptime = TimeSpan.FromDays(1);
    private const int WarningDays = 14;

    private ServerOptions _options;
    private CertificateFiles _files;
    private readonly CertificateEvents _events;
    private readonly ServerProblems? _problems;
    private readonly TimeProvider _time;
    private readonly ClockWatch _clock;
    private readonly Lock _gate = new();
    private readonly ITimer? _timer;
    private volatile TlsIdentity _current;
    private string _stamp = "";
    private string _lastProblem = "";
    private DateTimeOffset _lastWarning;

    private ServerCertificate(ServerOptions options, ILog? log, TimeProvider time, ILogger logger, ServerProblems? problems)
    {
        _problems = problems;
        (_options, _events, _time) = (options, new CertificateEvents(log, logger), time);
        _clock = new ClockWatch(time);
        _files = new CertificateFiles(options);
        if (!IsSelfSigned)
            _stamp = _files.Stamp();
        _current = IsSelfSigned ? LoadOrCreate(_files) : _files.Load();
        _timer = time.CreateTimer(static certificate => ((ServerCertificate)certificate!).Check(), this, CheckInterval, Timeout.InfiniteTimeSpan);
    }

    private ServerCertificate()
    {
        (_options, _events, _time) = (new ServerOptions(), new CertificateEvents(log: null, NullLogger.Instance), TimeProvider.System);
        _clock = new ClockWatch(_time);
        _files = new CertificateFiles(_options);
        _current = new TlsIdentity(SelfSignedCertificate.Create(_options.ListenAddresses, _time.GetUtcNow(), since: null, static _ => { }));
    }

    /// <summary>The SHA-256 of the certificate in use: hexadecimal bytes, separated by colons.</summary>
    public string Fingerprint => _current.Fingerprint;

    /// <summary>When the certificate in use expires.</summary>
    public DateTimeOffset NotAfter => _current.NotAfter;

    /// <summary>The number of whole days until the certificate expires; negative after it has expired.</summary>
    public int DaysLeft => (int)Math.Floor(RemainingDays);

    internal double RemainingDays => (NotAfter - _time.GetUtcNow()).TotalDays;

    /// <summary>Whether the server has created the certificate itself.</summary>
    public bool IsSelfSigned => _options.Tls.CertificateFile is null;

    /// <summary>Is called with the reason when a new certificate can't be used.</summary>
    internal Action<string>? Refused { get; set; }

    internal TlsIdentity Current => _current;

    /// <summary>Limits the handshakes of all connections that use this certificate.</summary>
    internal TlsHandshakeLimiter Handshakes { get; } = new(Environment.ProcessorCount);

    private string SelfSignedPath => Path.Combine(_options.DataDirectory, FileName);

    /// <summary>Loads the certificate in the options. If there is none, loads the self-signed one, or creates it.</summary>
    /// <param name="options">The files.</param>
    /// <param name="log">The activity log for new fingerprints, and for a certificate that expires soon. Default none.</param>
    /// <param name="timeProvider">The clock. Default the system's.</param>
    /// <param name="logger">The log for problems with changed files. Default none.</param>
    /// <param name="problems">Where changed files that can't be used, and an expired certificate, are reported. Default none.</param>
    /// <exception cref="ServerLibException">The certificate can't be loaded or created.</exception>
    public static ServerCertificate Load(
        ServerOptions options,
        ILog? log = null,
        TimeProvider? timeProvider = null,
        ILogger<ServerCertificate>? logger = null,
        ServerProblems? problems = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        try
        {
            return new ServerCertificate(options, log, timeProvider ?? TimeProvider.System, (ILogger?)logger ?? NullLogger.Instance, problems);
        }
        catch (Exception e) when (IsUnusable(e))
        {
            bool isConfiguration = options.Tls.CertificateFile is not null;
            throw e as ServerLibException ?? ServerLibException.Wrap(
                new ServerLibException($"The certificate cannot be used: {e.Message}", e) { IsConfiguration = isConfiguration });
        }
    }

    /// <summary>Creates a self-signed certificate that is kept in memory and not renewed, for example for tests.</summary>
    public static ServerCertificate CreateEphemeral() => new();

    /// <summary>Stops checking the files.</summary>
    public void Dispose() => _timer?.Dispose();

    /// <summary>Stops checking the files, and waits until a check that is running has ended.</summary>
    public ValueTask DisposeAsync() => _timer?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Loads the certificate that other options name. Nothing has changed yet.</summary>
    /// <param name="options">The options.</param>
    /// <returns>Uses the certificate from now on; <see langword="null"/> if it is the one in use.</returns>
    /// <exception cref="ServerLibException">The certificate can't be loaded or created.</exception>
    internal Action? Prepare(ServerOptions options)
    {
        var files = new CertificateFiles(options);
        bool isSelfSigned = options.Tls.CertificateFile is null;
        bool isSame = CertificateFiles.NamesSame(options.Tls, _options.Tls);
        try
        {
            string stamp = isSelfSigned ? "" : files.Stamp();
            if (isSame && stamp == _stamp)
                return null;
            TlsIdentity identity = isSelfSigned ? LoadOrCreate(files) : files.Load();
            return () =>
            {
                lock (_gate)
                {
                    (_options, _files, _stamp, _lastProblem) = (options, files, stamp, "");
                    Use(identity);
                    ReportProblem();
                }
            };
        }
        catch (Exception e) when (CertificateFiles.IsUnusable(e))
        {
            throw new ServerLibException($"The certificate cannot be used: {e.Message}", e) { IsConfiguration = true };
        }
    }

    private TlsIdentity LoadOrCreate(CertificateFiles files)
    {
        string path = SelfSignedPath;
        try
        {
            RestorePrevious(path);
            if (!RegularFile.Exists(path))
                return Create(files, since: null);
            X509Certificate2 found = SelfSignedCertificate.Load(path, out bool wasOpen);
            if (wasOpen)
                _events.WasReadable(path);
            if (!ShouldRenew(found.NotAfter))
                return files.Identity(found);
            TlsIdentity created = Create(files, found.NotBefore);
            _events.Renewed();
            return created;
        }
        catch (Exception e) when (CertificateFiles.IsUnusable(e))
        {
            throw new ServerLibException(
                $"The certificate '{path}' cannot be used: {e.Message} If you delete the file, the next start creates a new certificate.", e);
        }
    }

    /// <summary>
    /// Whether the certificate must be renewed. One that has expired is kept for a day after the start: the clock may be wrong, and clients
    /// may trust the fingerprint.
    /// </summary>
    private bool ShouldRenew(DateTimeOffset notAfter)
    {
        DateTimeOffset now = _time.GetUtcNow();
        return SelfSignedCertificate.NeedsRenewal(notAfter, now) && (notAfter > now || _clock.HasRunFor(MinUptime));
    }

    /// <summary>Restores the previous certificate if it need not have been renewed: the clock was wrong at that time.</summary>
    private void RestorePrevious(string path)
    {
        string previous = SelfSignedCertificate.PreviousPath(path);
        try
        {
            if (!RegularFile.Exists(previous))
                return;
            using X509Certificate2 old = SelfSignedCertificate.Load(previous, out _);
            DateTimeOffset now = _time.GetUtcNow();
            if (old.NotBefore > now || SelfSignedCertificate.NeedsRenewal(old.NotAfter, now))
                return;
            File.Move(previous, path, overwrite: true);
            _events.Restored();
        }
        catch (Exception e) when (CertificateFiles.IsUnusable(e))
        {
            // Then the current one stays.
        }
    }

    private TlsIdentity Create(CertificateFiles files, DateTimeOffset? since) => files.Identity(
        SelfSignedCertificate.Create(_options.ListenAddresses, _time.GetUtcNow(), since, pem => SelfSignedCertificate.Save(SelfSignedPath, pem)));

    /// <summary>Renews or reloads the certificate if needed. No failure may end the server.</summary>
    private void Check()
    {
        lock (_gate)
        {
            try
            {
                if (IsSelfSigned)
                    Renew();
                else
                    Reload();
                _lastProblem = "";
            }
            catch (Exception e)
            {
                string problem = (e.InnerException ?? e).Message;
                if (problem != _lastProblem)
                {
                    _events.KeptOld(problem);
                    Refused?.Invoke(problem);
                }

                _lastProblem = problem;
            }

            WarnOfExpiry();
            ReportProblem();
            _timer?.Change(CheckInterval, Timeout.InfiniteTimeSpan);
        }
    }

    private void Renew()
    {
        if (!ShouldRenew(NotAfter))
            return;
        Use(Create(_files, _current.NotBefore));
        _events.Renewed();
    }

    private void Reload()
    {
        string stamp = _files.Stamp();
        if (stamp == _stamp)
            return;
        Use(_files.Load());
        _stamp = stamp;
    }

    private void Use(TlsIdentity identity)
    {
        _current = identity;
        LogInUse();
    }

    /// <summary>Writes the certificate in use to the activity log.</summary>
    internal void LogInUse() => _events.InUse(Fingerprint, NotAfter);

    private void WarnOfExpiry()
    {
        DateTimeOffset now = _time.GetUtcNow();
        if (DaysLeft > WarningDays || now - _lastWarning < TimeSpan.FromDays(1))
            return;
        _lastWarning = now;
        if (DaysLeft >= 0)
            _events.ExpiresSoon(DaysLeft);
        else
            _events.Expired();
    }

    private void ReportProblem()
    {
        if (_lastProblem.Length > 0)
            _problems?.Report(ProblemNames.Certificate, $"Cannot use a new certificate. The old one stays in use: {_lastProblem}");
        else if (NotAfter <= _time.GetUtcNow())
            _problems?.Report(ProblemNames.Certificate, "The certificate has expired: clients that verify it cannot connect.");
        else
            _problems?.Resolve(ProblemNames.Certificate);
    }

    private static bool IsUnusable(Exception e) => e is ServerLibException || CertificateFiles.IsUnusable(e);
}
