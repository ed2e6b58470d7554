using System.Net;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Authentication;
using ServerLib.Diagnostics;
using ServerLib.RateLimiting;

namespace ServerLib.Tests.Authentication;

/// <summary>An <see cref="AccountBackoff"/> with a clock that only the test advances.</summary>
internal sealed class AccountBackoffDriver
{
    /// <summary>The address of an unknown client.</summary>
    public static readonly AddressBlock Elsewhere = At("203.0.113.9");

    /// <summary>The address of an account's owner.</summary>
    public static readonly AddressBlock Home = At("192.0.2.1");

    private int _passwords;

    public AccountBackoffDriver(int capacity = AccountBackoff.Capacity) =>
        Backoff = new AccountBackoff(new MonotonicClock(Time), new PasswordTags(new byte[PasswordTags.KeySize]), capacity);

    public AccountBackoff Backoff { get; }

    public FakeTimeProvider Time { get; } = new();

    public static AddressBlock At(string address) => AddressBlock.Of(IPAddress.Parse(address));

    /// <summary>Whether an attempt may begin. It stays pending.</summary>
    public bool TryBegin(string name, AddressBlock from, string password = "right") => TryBegin(name, from, password, out _, out _);

    public bool TryBegin(string name, AddressBlock from, string password, out LoginAttempt attempt, out TimeSpan wait) =>
        Backoff.TryBegin(name, from, password, out attempt, out wait);

    /// <summary>Tries a wrong password, by default a new one.</summary>
    public AccountDelay? Fail(string name, string? password = null, AddressBlock? from = null)
    {
        Assert.IsTrue(TryBegin(name, from ?? Elsewhere, password ?? $"wrong {++_passwords}", out LoginAttempt attempt, out _));
        return Backoff.End(attempt, LoginCode.Failure, out _);
    }

    /// <summary>Tries a wrong password, and waits until the delay that follows is over.</summary>
    public void FailAndWait(string name, string? password = null)
    {
        if (Fail(name, password) is { } delay)
            Time.Advance(delay.Remaining);
    }

    /// <summary>Tries wrong passwords until a delay begins.</summary>
    public void Lock(string name)
    {
        for (int i = 0; i < WrongPasswords.FreeAttempts; i++)
            Fail(name);
    }

    public void LogIn(string name, AddressBlock from)
    {
        Assert.IsTrue(TryBegin(name, from, "right", out LoginAttempt attempt, out _));
        Assert.IsNull(Backoff.End(attempt, LoginCode.Ok, out _));
    }
}
