using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ServerLib.Diagnostics;
using ServerLib.Files;
using ServerLib.Transport;

namespace ServerLib;

/// <summary>
/// The certificate that TLS clients are shown: the one that the options name, or one that the server makes itself and renews. A file
/// that changes is read again; connections keep what they began with.
/// </summary>
public sealed partial class ServerCertificate : IDisposable
{
    /// <summary>The self-made certificate's file in the data folder, with its private key.</summary>
    internal const string FileName = "server-certificate.pem";

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(30);
    private const int WarnFromDays = 14;

    private readonly ServerOptions _options;
    private readonly CertificateFiles _files;
    private readonly ILog? _log;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly ITimer? _timer;
    private volatile TlsIdentity _current;
    private string _stamp = "";
    private string _lastProblem = "";
    private DateTimeOffset _lastWarning;

    private ServerCertificate(ServerOptions options, ILog? log, TimeProvider time, ILogger logger)
    {
        (_options, _log, _time, _logger) = (options, log, time, logger);
        _files = new CertificateFiles(options);
        if (!IsSelfMade)
            _stamp = _files.Stamp();
        _current = IsSelfMade ? LoadOrMake() : _files.Load();
        _timer = time.CreateTimer(static certificate => ((ServerCertificate)certificate!).Look(), this, LookEvery, Timeout.InfiniteTimeSpan);
    }

    private ServerCertificate()
    {
        (_options, _time, _logger) = (new ServerOptions(), TimeProvider.System, NullLogger.Instance);
        _files = new CertificateFiles(_options);
        _current = new TlsIdentity(SelfSignedCertificate.Make(_options.Server, _time.GetUtcNow(), static _ => { }));
    }

    /// <summary>The SHA-256 of the certificate in use: hex in pairs, with colons between them.</summary>
    public string Fingerprint => _current.Fingerprint;

    /// <summary>When the certificate in use ends.</summary>
    public DateTimeOffset NotAfter => _current.NotAfter;

    /// <summary>For how many whole days more it is good; negative once it has ended.</summary>
    public int DaysLeft => (int)Math.Floor(RemainingDays);

    internal double RemainingDays => (NotAfter - _time.GetUtcNow()).TotalDays;

    /// <summary>Whether the server has made it.</summary>
    public bool IsSelfMade => _options.Tls.CertificateFile is null;

    /// <summary>Told why a new certificate is not taken.</summary>
    internal Action<string>? Refused { get; set; }

    internal TlsIdentity Current => _current;

    /// <summary>Limits the handshakes of all connections that use this certificate.</summary>
    internal TlsHandshakeLimiter Handshakes { get; } = new(Environment.ProcessorCount);

    private string SelfMadePath => Path.Combine(_options.DataDirectory, FileName);

    /// <summary>Loads the certificate that the options name, or the self-made one, which is made where there is none.</summary>
    /// <param name="options">Which files.</param>
    /// <param name="log">Told of a new fingerprint, and when the certificate is about to end.</param>
    /// <param name="timeProvider">The clock. Default the system's.</param>
    /// <param name="logger">Told of what is wrong with a file that has changed.</param>
    /// <exception cref="ServerLibException">It can't be loaded, or made.</exception>
    public static ServerCertificate Load(
        ServerOptions options, ILog? log = null, TimeProvider? timeProvider = null, ILogger<ServerCertificate>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        try
        {
            return new ServerCertificate(options, log, timeProvider ?? TimeProvider.System, (ILogger?)logger ?? NullLogger.Instance);
        }
        catch (Exception e) when (IsUnusable(e))
        {
            throw e as ServerLibException ?? ServerLibException.Wrap(
                new ServerLibException($"the certificate can't be used: {e.Message}", e) { IsConfiguration = options.Tls.CertificateFile is not null });
        }
    }

    /// <summary>Creates a self-signed certificate that is kept in memory and not renewed, for example for tests.</summary>
    public static ServerCertificate CreateEphemeral() => new();

    /// <summary>Looks after the files no longer.</summary>
    public void Dispose() => _timer?.Dispose();

    private TlsIdentity LoadOrMake()
    {
        string path = SelfMadePath;
        try
        {
            if (!RegularFile.Exists(path))
                return Make();
            X509Certificate2 found = SelfSignedCertificate.Load(path, out bool wasOpen);
            if (wasOpen)
                LogWasOpen(path);
            if (!SelfSignedCertificate.IsEnding(found.NotAfter, _time.GetUtcNow()))
                return _files.Identity(found);
            TlsIdentity made = Make();
            TellOfNew();
            return made;
        }
        catch (Exception e) when (CertificateFiles.IsUnusable(e))
        {
            throw new ServerLibException($"the certificate {path} can't be used: {e.Message} Without it the next start makes a new one.", e);
        }
    }

    private TlsIdentity Make() => _files.Identity(
        SelfSignedCertificate.Make(_options.Server, _time.GetUtcNow(), pem => SelfSignedCertificate.Save(SelfMadePath, pem)));

    /// <summary>What is done every now and then. Nothing that goes wrong in it may end the server.</summary>
    private void Look()
    {
        lock (_gate)
        {
            try
            {
                if (IsSelfMade)
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
                    LogKeptOld(problem);
                    Refused?.Invoke(problem);
                }

                _lastProblem = problem;
            }

            WarnOfEnd();
            _timer?.Change(LookEvery, Timeout.InfiniteTimeSpan);
        }
    }

    private void Renew()
    {
        if (!SelfSignedCertificate.IsEnding(NotAfter, _time.GetUtcNow()))
            return;
        Use(Make());
        TellOfNew();
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
        Tell();
    }

    /// <summary>Says in the log which certificate is in use.</summary>
    internal void Tell() => _log?.Logging($"[ STATUS ] TLS certificate, SHA-256 {Fingerprint}, valid until {NotAfter.UtcDateTime:yyyy-MM-dd}");

    private void TellOfNew() => _log?.Logging(
        "[ ALERT ] the TLS certificate was about to end and is a new one: clients that know the old one's fingerprint need the new one's");

    private void WarnOfEnd()
    {
        DateTimeOffset now = _time.GetUtcNow();
        if (DaysLeft > WarnFromDays || now - _lastWarning < TimeSpan.FromDays(1))
            return;
        _lastWarning = now;
        _log?.Logging(DaysLeft >= 0
            ? $"[ ALERT ] the TLS certificate ends in {DaysLeft} days"
            : "[ ALERT ] the TLS certificate has ended: clients that check it stay away");
    }

    private static bool IsUnusable(Exception e) => e is ServerLibException || CertificateFiles.IsUnusable(e);

    [LoggerMessage(1, LogLevel.Warning, "Others could read {Path}; its rights are put right")]
    private partial void LogWasOpen(string path);

    [LoggerMessage(2, LogLevel.Warning, "The certificate can't be renewed, and the old one stays in use: {Why}")]
    private partial void LogKeptOld(string why);
}
