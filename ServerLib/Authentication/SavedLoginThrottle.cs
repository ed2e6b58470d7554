using System.Text.Json;
using System.Text.Json.Serialization;

namespace ServerLib.Authentication;

/// <summary>The part of a <see cref="LoginThrottle"/> that outlives a restart, as it is stored in JSON. All times are UTC.</summary>
/// <param name="Key">The key of the <see cref="PasswordTags"/>.</param>
/// <param name="Penalties">The penalties of addresses, the largest first.</param>
/// <param name="Guesses">The wrong passwords for accounts, those with the most first.</param>
/// <param name="Familiar">The known addresses of accounts, the account with the last login first.</param>
/// <param name="Saved">When it was saved.</param>
internal sealed record SavedLoginThrottle(
    byte[] Key,
    IReadOnlyList<SavedPenalty> Penalties,
    IReadOnlyList<SavedWrongPasswords> Guesses,
    IReadOnlyList<SavedKnownAddresses> Familiar,
    DateTime? Saved = null)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromDays(1);

    /// <summary>Whether no list contains <see langword="null"/>. The serializer does not check elements.</summary>
    [JsonIgnore]
    public bool IsComplete =>
        !Penalties.Contains(null!) && !Guesses.Contains(null!) && !Familiar.Contains(null!) && !Familiar.Any(f => f.Addresses.Contains(null!));

    /// <summary>
    /// The same, as if it was saved just now, if it is older than a day: the clock may be ahead, and everything would be forgotten.
    /// </summary>
    public SavedLoginThrottle NotOlderThanADay(DateTime now)
    {
        if (Saved is not { } saved || now - saved <= MaxAge)
            return this;
        TimeSpan age = now - saved;
        return this with
        {
            Penalties = [.. Penalties.Select(entry => entry with { Until = Later(entry.Until) })],
            Guesses = [.. Guesses.Select(entry => entry with { Last = Later(entry.Last), LockedUntil = Later(entry.LockedUntil) })],
        };

        DateTime Later(DateTime moment) => moment > DateTime.MaxValue - age ? DateTime.MaxValue : moment + age;
    }
}

internal sealed record SavedPenalty(string Addresses, DateTime Until, bool Refused);

internal sealed record SavedWrongPasswords(string Account, string? From, int Count, DateTime Last, DateTime LockedUntil, byte[] Tags);

internal sealed record SavedKnownAddresses(string Account, IReadOnlyList<string> Addresses);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SavedLoginThrottle))]
internal sealed partial class SavedLoginThrottleJson : JsonSerializerContext;
