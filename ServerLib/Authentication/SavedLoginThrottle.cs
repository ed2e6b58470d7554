using System.Text.Json;
using System.Text.Json.Serialization;

namespace ServerLib.Authentication;

/// <summary>What is kept of a <see cref="LoginThrottle"/> over a restart. All times are UTC.</summary>
/// <param name="Key">The key of the passwords' tags.</param>
/// <param name="Penalties">What addresses have coming, the worst first.</param>
/// <param name="Guesses">What was tried for accounts, most first.</param>
/// <param name="Familiar">Where accounts have logged in from, who was last first.</param>
internal sealed record SavedLoginThrottle(
    byte[] Key, IReadOnlyList<SavedPenalty> Penalties, IReadOnlyList<SavedGuesses> Guesses, IReadOnlyList<SavedFamiliar> Familiar)
{
    /// <summary>Whether nothing is missing that a serializer lets pass: it looks for gaps in what it fills, not in lists.</summary>
    [JsonIgnore]
    public bool IsWhole =>
        !Penalties.Contains(null!) && !Guesses.Contains(null!) && !Familiar.Contains(null!) && !Familiar.Any(f => f.Addresses.Contains(null!));
}

internal sealed record SavedPenalty(string Addresses, DateTime Until, bool Refused);

internal sealed record SavedGuesses(string Account, string? From, int Count, DateTime Last, DateTime LockedUntil, byte[] Tags);

internal sealed record SavedFamiliar(string Account, IReadOnlyList<string> Addresses);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SavedLoginThrottle))]
internal sealed partial class SavedLoginThrottleJson : JsonSerializerContext;
