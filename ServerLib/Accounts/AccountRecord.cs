using System.Text;

namespace ServerLib;

/// <summary>All data of an account, as it is carried from one user database to another.</summary>
public sealed record AccountRecord
{
    /// <summary>The most keys, and the most addresses in each list, that a record may have.</summary>
    public const int MaxItems = 100;

    private const int MaxAddressLength = 256;

    /// <summary>The name as registered.</summary>
    public required string Name { get; init; }

    /// <summary>The password hash; empty if it is not carried. Such an account cannot be added.</summary>
    public string PasswordHash { get; init; } = "";

    /// <summary>Whether the user can send admin commands.</summary>
    public bool IsAdmin { get; init; }

    /// <summary>Whether logins to the account fail.</summary>
    public bool IsLocked { get; init; }

    /// <summary>When the account was added; <see langword="null"/> if unknown.</summary>
    public DateTimeOffset? RegisteredAt { get; init; }

    /// <summary>The address and port of the client that registered the account, such as <c>127.0.0.1:52814</c>; empty if unknown.</summary>
    public string RegisteredFrom { get; init; } = "";

    /// <summary>When the password was set; <see langword="null"/> if unknown.</summary>
    public DateTimeOffset? PasswordSetAt { get; init; }

    /// <summary>The keys with which the user can log in, oldest first.</summary>
    public IReadOnlyList<UserKey> Keys { get; init; } = [];

    /// <summary>The addresses of the last login attempts, newest last.</summary>
    public IReadOnlyList<string> Attempts { get; init; } = [];

    /// <summary>The number of login attempts.</summary>
    public long AttemptCount { get; init; }

    /// <summary>The addresses of the last logons, newest last.</summary>
    public IReadOnlyList<string> Logons { get; init; } = [];

    /// <summary>The number of logons. An account that is added has as many logoffs, because it has no connections.</summary>
    public long LogonCount { get; init; }

    /// <summary>The number of messages that were broadcast for the account.</summary>
    public long Broadcasts { get; init; }

    /// <summary>Finds out why no user database can have this account. Does not check the password hash.</summary>
    /// <returns>What is wrong, as a phrase; <see langword="null"/> if nothing is.</returns>
    public string? FindProblem()
    {
        if (UserName.FindProblem(Name) is { } problem)
            return problem.TrimEnd('.');
        if (AttemptCount < 0 || LogonCount < 0 || Broadcasts < 0)
            return "a counter is negative";
        if (Keys.Count > MaxItems || Attempts.Count > MaxItems || Logons.Count > MaxItems)
            return $"it has more than {MaxItems} keys, or addresses in a list";
        if (!Keys.All(key => UserName.IsValid(key.Name) && IsFingerprint(key.Fingerprint)))
            return "a key is not valid";
        if (Keys.DistinctBy(key => UserName.Key(key.Name)).Count() < Keys.Count)
            return "two keys have the same name";
        return Attempts.Concat(Logons).Append(RegisteredFrom).All(IsAddress) ? null : "an address is not valid";
    }

    // Not only IP addresses: a connection can come from a Unix socket.
    private static bool IsAddress(string text) => text.Length <= MaxAddressLength && Ascii.IsValid(text) && !text.Any(char.IsControl);

    private static bool IsFingerprint(string text)
    {
        const string Prefix = "SHA256:";
        const int Base64Length = 43;
        const int HashSize = 32;
        return text.Length == Prefix.Length + Base64Length && text.StartsWith(Prefix, StringComparison.Ordinal)
            && Convert.TryFromBase64String(text[Prefix.Length..] + "=", stackalloc byte[HashSize], out int count) && count == HashSize;
    }
}
