using ServerLib.Protocol;

namespace ServerLib.RateLimiting;

/// <summary>Entries that an <see cref="AddressLogSampler"/> has not passed.</summary>
/// <param name="From">Where they came from; <see langword="null"/> if from several addresses.</param>
/// <param name="Name">The user name they are about; <see langword="null"/> if about several.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Since">The time of the first one.</param>
internal sealed record SuppressedEntries(AddressBlock? From, string? Name, long Count, DateTimeOffset Since)
{
    /// <summary>Adds others, from the same address.</summary>
    public SuppressedEntries Add(SuppressedEntries other) => this with
    {
        Name = Name is not null && other.Name is not null && UserName.Same(Name, other.Name) ? Name : null,
        Count = Count + other.Count,
        Since = other.Since < Since ? other.Since : Since,
    };
}
