using ServerLib.Protocol;

namespace ServerLib.RateLimiting;

/// <summary>What was not written down one by one.</summary>
/// <param name="From">Where it came from; <see langword="null"/> for several addresses.</param>
/// <param name="Name">Whom it was about; <see langword="null"/> for several.</param>
/// <param name="Count">How often.</param>
/// <param name="Since">When it began.</param>
internal sealed record SuppressedEntries(AddressBlock? From, string? Name, long Count, DateTimeOffset Since)
{
    /// <summary>Both together.</summary>
    public SuppressedEntries With(SuppressedEntries more) => this with
    {
        Name = Name is not null && more.Name is not null && UserName.Same(Name, more.Name) ? Name : null,
        Count = Count + more.Count,
        Since = more.Since < Since ? more.Since : Since,
    };
}
