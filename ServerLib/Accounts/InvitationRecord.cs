using System.Security.Cryptography;

namespace ServerLib;

/// <summary>All data of an invitation, as it is carried from one user database to another. It does not contain the code.</summary>
public sealed record InvitationRecord
{
    /// <summary>The highest number that a record may have, so that numbers for later invitations are left.</summary>
    public const long MaxNumber = 1_000_000_000;

    private const int MaxTakenByLength = 256;

    /// <summary>The invitation's number. The code contains it, so it cannot be changed.</summary>
    public required long Number { get; init; }

    /// <summary>
    /// The SHA-256 of the code, in lower-case hexadecimal digits. The code is hexadecimal too. Its first four bytes are the number, the highest
    /// first, and the hash is computed from its bytes.
    /// </summary>
    public required string CodeHash { get; init; }

    /// <summary>When it was created.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it expires; <see langword="null"/> if it does not expire.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The name that was registered with it; <see langword="null"/> while it is unused.</summary>
    public string? TakenBy { get; init; }

    /// <summary>When it was used; <see langword="null"/> while it is unused.</summary>
    public DateTimeOffset? TakenAt { get; init; }

    /// <summary>Finds out why no user database can have this invitation.</summary>
    /// <returns>What is wrong, as a phrase; <see langword="null"/> if nothing is.</returns>
    public string? FindProblem()
    {
        if (Number is < 1 or > MaxNumber)
            return $"its number is not between 1 and {MaxNumber}";
        if (CodeHash is not { Length: 2 * SHA256.HashSizeInBytes } || !CodeHash.All(char.IsAsciiHexDigitLower))
            return "it has no valid hash of a code";
        if (TakenBy is null != TakenAt is null)
            return "it must have both the name and the time of its use, or neither";
        return TakenBy?.Length > MaxTakenByLength ? "the name of its user is too long" : null;
    }
}
