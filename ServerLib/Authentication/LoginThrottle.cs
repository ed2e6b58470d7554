using System.Net;
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
/// Slows down password guessing: addresses get penalties, and accounts get delays. Nothing is permanent, and an admin can clear each entry.
/// </summary>
/// <remarks>
/// <para>
/// <c>AddServerLib</c> registers it as a service; there is one for each server. All members are thread-safe.
/// </para>
/// <para>
/// A failed login or a refused client certificate adds 5 seconds to the penalty of its address. A connection that never logged in adds 1
/// second. A connection that used up its login time or sent a malformed frame adds 10 seconds. Penalties decrease with time, and are at
/// most 10 minutes. If a penalty reaches 15 seconds, the server refuses the address until the penalty is zero. After 5 different wrong
/// passwords in a row for an account, the next attempt has to wait 15 seconds, then 30, and so on up to 15 minutes. Logins by key do not
/// wait, and a wrong key counts against its address only. There is room for 65,536 accounts and as many addresses. If there are more, the
/// smallest entries are removed first.
/// </para>
/// </remarks>
public sealed class LoginThrottle : IDisposable, IAsyncDisposable
{
    private static readonly TimeSpan SaveInterval = TimeSpan.FromSeconds(30);

    private readonly string? _file;
    private readonly ILogger _logger;
    private readonly ServerProblems? _problems;
    private readonly PasswordTags _tags;
    private readonly TimeProvider _time;
    private readonly Lock _saving = new();
    private readonly ITimer? _timer;
    private long _saved;
    private bool _isFailing;

    /// <summary>Loads what was saved, if anything.</summary>
    /// <param name="options">How addresses are grouped, and which are exempt.</param>
    /// <param name="file">The file that keeps the entries over a restart, saved every 30 seconds. Default none.</param>
    /// <param name="timeProvider">The clock. Default the system's.</param>
    /// <param name="logger">Gets failures to read or write the file. Default none.</param>
    /// <param name="problems">Where a failure to write the file is reported. Default none.</param>
    /// <exception cref="ServerLibException"><see cref="LoginOptions.PenaltyExempt"/> contains an invalid address.</exception>
    public LoginThrottle(
        ServerOptions options,
        string? file = null,
        TimeProvider? timeProvider = null,
        ILogger<LoginThrottle>? logger = null,
        ServerProblems? problems = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        TimeProvider time = _time = timeProvider ?? TimeProvider.System;
        var clock = new MonotonicClock(time);
        _file = file;
        _problems = problems;
        _logger = logger ?? (ILogger)NullLogger.Instance;
        if (file is not null)
            FileRights.Check(_logger, file);
        SavedLoginThrottle? saved = Read()?.NotOlderThanADay(time.GetUtcNow().UtcDateTime);
        _tags = new PasswordTags(saved?.Key ?? RandomNumberGenerator.GetBytes(PasswordTags.KeySize));
        PenalizedAddresses = new PenalizedAddresses(options);
        Addresses = new AddressPenalties(clock, PenalizedAddresses);
        Accounts = new AccountBackoff(clock, _tags);
        Keys = new WrongKeys(clock, _tags);
        Registrations = new RegistrationLimiter(time, PenalizedAddresses, options.Login.MaxRegistrationsPerAddress);
        if (saved is not null)
        {
            Addresses.Restore(saved.Penalties);
            Accounts.Restore(saved.Guesses, saved.Familiar);
        }

        if (file is not null)
            _timer = time.CreateTimer(_ => Save(), null, SaveInterval, SaveInterval);
    }

    /// <summary>The penalties of addresses, the largest first.</summary>
    public IReadOnlyList<AddressPenalty> Penalties => Addresses.List();

    /// <summary>The accounts with wrong passwords, those with the most first.</summary>
    public IReadOnlyList<AccountDelay> Delays => Accounts.List();

    /// <summary>The addresses that have registered accounts within the last hour, those with the most first.</summary>
    public IReadOnlyList<AddressRegistrations> RecentRegistrations => Registrations.List();

    /// <summary>
    /// Counts a registration against <see cref="LoginOptions.MaxRegistrationsPerAddress"/>. An <see cref="IAuthenticator"/> that registers
    /// accounts calls this before each registration. If the registration then fails, it calls <see cref="UndoRegistration"/>.
    /// </summary>
    /// <param name="address">The client's address, as in <see cref="Credentials.Address"/>.</param>
    /// <param name="retryAfter">How long the address has to wait; see <see cref="LoginResult.TooManyRegistrations"/>.</param>
    /// <returns>Whether the address may register an account now.</returns>
    public bool TryCountRegistration(EndPoint? address, out TimeSpan retryAfter) => Registrations.TryAcquire(address, out retryAfter);

    /// <summary>Takes back <see cref="TryCountRegistration"/> after a registration that has failed.</summary>
    /// <param name="address">The client's address.</param>
    public void UndoRegistration(EndPoint? address) => Registrations.Refund(address);

    internal PenalizedAddresses PenalizedAddresses { get; }

    internal AddressPenalties Addresses { get; }

    internal AccountBackoff Accounts { get; }

    internal WrongKeys Keys { get; }

    internal RegistrationLimiter Registrations { get; }

    /// <summary>Clears the entries of an account, an address or a range of addresses.</summary>
    /// <param name="nameOrAddress">A name, an address such as <c>203.0.113.9</c>, or a range such as <c>203.0.113.0/24</c>.</param>
    /// <returns>The number of entries.</returns>
    public int Clear(string nameOrAddress)
    {
        ArgumentNullException.ThrowIfNull(nameOrAddress);
        int count = Accounts.Clear(nameOrAddress);
        return AddressBlock.TryParse(nameOrAddress, out AddressBlock range)
            ? count + Addresses.Clear(range) + Registrations.Clear(range)
            : count;
    }

    /// <summary>Clears all entries.</summary>
    /// <returns>The number of entries.</returns>
    public int ClearAll() => Accounts.ClearAll() + Addresses.ClearAll() + Registrations.ClearAll();

    /// <summary>Saves the entries a last time.</summary>
    public void Dispose()
    {
        _timer?.Dispose();
        Save(isLast: true);
    }

    /// <summary>Saves the entries a last time.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_timer is not null)
            await _timer.DisposeAsync().ConfigureAwait(false);
        Save(isLast: true);
    }

    /// <summary>Writes the file, if there is one and something has changed.</summary>
    /// <param name="isLast">Whether the file has to say when the server ended, even if nothing has changed.</param>
    internal void Save(bool isLast = false)
    {
        if (_file is null)
            return;
        lock (_saving)
        {
            long changes = Addresses.Changes + Accounts.Changes;
            if (changes == _saved && !(isLast && File.Exists(_file)))
                return;
            (List<SavedWrongPasswords> wrongPasswords, List<SavedKnownAddresses> knownAddresses) = Accounts.Save();
            try
            {
                DateTime now = _time.GetUtcNow().UtcDateTime;
                LoginThrottleFile.Write(_file, new SavedLoginThrottle(_tags.Key, Addresses.Save(), wrongPasswords, knownAddresses, now));
                _saved = changes;
                if (_isFailing)
                    Recovered(_file);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if (!_isFailing)
                    Failed(_file, e);
            }
        }
    }

    /// <summary>Uses other options from now on. Penalties and delays stay.</summary>
    internal void Change(LoginOptions options)
    {
        PenalizedAddresses.Change(options);
        Registrations.Change(options.MaxRegistrationsPerAddress);
    }

    private void Failed(string file, Exception reason)
    {
        _isFailing = true;
        LoginThrottleEvents.NotSaved(_logger, file, reason.Message);
        _problems?.Report(ProblemNames.LoginThrottle, reason.Message);
    }

    private void Recovered(string file)
    {
        _isFailing = false;
        LoginThrottleEvents.SavedAgain(_logger, file);
        _problems?.Resolve(ProblemNames.LoginThrottle);
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
            LoginThrottleEvents.NotRead(_logger, _file, TextSanitizer.Escape(e.Message));
            return null;
        }
    }
}
