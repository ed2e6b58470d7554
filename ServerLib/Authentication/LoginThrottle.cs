using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ServerLib.Authentication;
using ServerLib.Diagnostics;
using ServerLib.Files;
using ServerLib.Protocol;
using ServerLib.RateLimiting;

namespace ServerLib;

/// <summary>
/// Who guesses passwords: what addresses have coming, which are refused from 15 seconds on, and which accounts have to wait. Nobody is
/// in it for ever, and an admin can let each one off.
/// </summary>
/// <remarks>
/// A failed login, or a client certificate that is refused, adds 5 seconds to what its address has coming, a connection that never logged
/// in 1, one that used up its time, or sent a malformed frame, 10; they count down with time, and end at 10 minutes. After 5 different
/// wrong passwords in a row for an account, the next has to wait for 15 seconds, then 30, and so on up to 15 minutes; logins by key don't,
/// and a wrong key counts for its address only. Both tables hold 65,536 entries; the least harmful leave first. All methods may be called
/// at once from several threads.
/// </remarks>
public sealed partial class LoginThrottle : IDisposable
{
    private static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(30);

    private readonly string? _file;
    private readonly ILogger _logger;
    private readonly PasswordTags _tags;
    private readonly Lock _saving = new();
    private readonly ITimer? _timer;
    private long _saved;
    private bool _isFailing;

    /// <summary>Takes up what was saved, where something was.</summary>
    /// <param name="options">How addresses are counted, and which are exempt.</param>
    /// <param name="file">Where it is kept over a restart: saved every 30 seconds. Default nowhere.</param>
    /// <param name="timeProvider">The clock. Default the system's.</param>
    /// <param name="logger">Where failures are told. Default nowhere.</param>
    /// <exception cref="ServerLibException"><see cref="LoginOptions.PenaltyExempt"/> has something that is no address.</exception>
    public LoginThrottle(ServerOptions options, string? file = null, TimeProvider? timeProvider = null, ILogger<LoginThrottle>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        TimeProvider time = timeProvider ?? TimeProvider.System;
        var clock = new MonotonicClock(time);
        _file = file;
        _logger = logger ?? (ILogger)NullLogger.Instance;
        if (file is not null)
            FileRights.Check(_logger, file);
        SavedLoginThrottle? saved = Read();
        _tags = new PasswordTags(saved?.Key ?? RandomNumberGenerator.GetBytes(PasswordTags.KeySize));
        Known = new PenalizedAddresses(options);
        Addresses = new AddressPenalties(clock, Known);
        Accounts = new AccountBackoff(clock, _tags);
        Keys = new WrongKeys(clock, _tags);
        Registrations = new RegistrationLimiter(time, Known, options.Login.MaxRegistrationsPerAddress);
        if (saved is not null)
        {
            Addresses.Restore(saved.Penalties);
            Accounts.Restore(saved.Guesses, saved.Familiar);
        }

        if (file is not null)
            _timer = time.CreateTimer(_ => Save(), null, SaveEvery, SaveEvery);
    }

    /// <summary>What addresses have coming, the worst first.</summary>
    public IReadOnlyList<AddressPenalty> Penalties => Addresses.List();

    /// <summary>What was tried for accounts, those with the most wrong passwords first.</summary>
    public IReadOnlyList<AccountDelay> Delays => Accounts.List();

    /// <summary>The addresses that have registered accounts within the hour, those with the most first.</summary>
    public IReadOnlyList<AddressRegistrations> RecentRegistrations => Registrations.List();

    internal PenalizedAddresses Known { get; }

    internal AddressPenalties Addresses { get; }

    internal AccountBackoff Accounts { get; }

    internal WrongKeys Keys { get; }

    internal RegistrationLimiter Registrations { get; }

    /// <summary>Lets an account, an address or a range of addresses off.</summary>
    /// <param name="nameOrAddress">A name; or an address such as <c>203.0.113.9</c>, a range such as <c>203.0.113.0/24</c>.</param>
    /// <returns>How many entries there were.</returns>
    public int Forgive(string nameOrAddress)
    {
        ArgumentNullException.ThrowIfNull(nameOrAddress);
        int count = Accounts.Forgive(nameOrAddress);
        return AddressBlock.TryParse(nameOrAddress, out AddressBlock range)
            ? count + Addresses.Forgive(range) + Registrations.Clear(range)
            : count;
    }

    /// <summary>Lets everybody off.</summary>
    /// <returns>How many entries there were.</returns>
    public int ForgiveAll() => Accounts.ForgiveAll() + Addresses.ForgiveAll() + Registrations.ClearAll();

    /// <summary>Writes down what has changed since it was last saved, if there is a file.</summary>
    internal void Save()
    {
        if (_file is null)
            return;
        lock (_saving)
        {
            long changes = Addresses.Changes + Accounts.Changes;
            if (changes == _saved)
                return;
            (List<SavedGuesses> guesses, List<SavedFamiliar> familiar) = Accounts.Save();
            try
            {
                LoginThrottleFile.Write(_file, new SavedLoginThrottle(_tags.Key, Addresses.Save(), guesses, familiar));
                _saved = changes;
                _isFailing = false;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if (!_isFailing)
                    LogNotSaved(_file, e.Message);
                _isFailing = true;
            }
        }
    }

    /// <summary>Saves, and saves no more.</summary>
    public void Dispose()
    {
        _timer?.Dispose();
        Save();
    }

    private SavedLoginThrottle? Read()
    {
        if (_file is null)
            return null;
        try
        {
            return LoginThrottleFile.Read(_file);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            LogNotRead(_file, TextSanitizer.Escape(e.Message));
            return null;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Who has guessed passwords before is forgotten: '{File}' can't be read: {Reason}")]
    private partial void LogNotRead(string file, string reason);

    [LoggerMessage(2, LogLevel.Warning, "Who guesses passwords can't be written to '{File}': {Reason}")]
    private partial void LogNotSaved(string file, string reason);
}
