using System.Text.Json;
using System.Text.Json.Serialization;
using ServerLib.Administration.Export;

namespace ServerLib.Administration;

/// <summary>An account as a line of JSON, as <c>user export</c> writes and <c>user import</c> reads it. The names are part of the format.</summary>
internal sealed record AccountLine
{
    private const string AdminRole = "admin";
    private const string UserRole = "user";

    public string? Name { get; init; }

    public string? Hash { get; init; }

    public string? Role { get; init; }

    public bool Locked { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public string? CreatedFrom { get; init; }

    public DateTimeOffset? PasswordSetAt { get; init; }

    public IReadOnlyList<KeyLine?>? Keys { get; init; }

    public IReadOnlyList<string?>? Attempts { get; init; }

    public long AttemptCount { get; init; }

    public IReadOnlyList<string?>? Logons { get; init; }

    public long LogonCount { get; init; }

    public long Broadcasts { get; init; }

    /// <summary>The line as JSON, without its end.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, AccountLineJson.Default.AccountLine);

    /// <summary>The line of an account.</summary>
    /// <param name="account">The account.</param>
    /// <param name="withHash">Whether it contains the password hash. Without it, the account cannot be imported.</param>
    public static AccountLine From(AccountRecord account, bool withHash) => new()
    {
        Name = account.Name,
        Hash = withHash ? account.PasswordHash : null,
        Role = account.IsAdmin ? AdminRole : UserRole,
        Locked = account.IsLocked,
        CreatedAt = account.RegisteredAt,
        CreatedFrom = account.RegisteredFrom.Length > 0 ? account.RegisteredFrom : null,
        PasswordSetAt = account.PasswordSetAt,
        Keys = account.Keys.Count > 0 ? [.. account.Keys.Select(KeyLine.From)] : null,
        Attempts = account.Attempts.Count > 0 ? account.Attempts : null,
        AttemptCount = account.AttemptCount,
        Logons = account.Logons.Count > 0 ? account.Logons : null,
        LogonCount = account.LogonCount,
        Broadcasts = account.Broadcasts,
    };

    /// <exception cref="FormatException">A member is missing or not valid. The message says which.</exception>
    public AccountRecord ToAccount() => new()
    {
        Name = Name ?? throw new FormatException("it has no name"),
        PasswordHash = string.IsNullOrEmpty(Hash) ? throw new FormatException("it has no password hash") : Hash,
        IsAdmin = Role switch
        {
            AdminRole => true,
            UserRole or "" or null => false,
            _ => throw new FormatException($"its role is neither {AdminRole} nor {UserRole}"),
        },
        IsLocked = Locked,
        RegisteredAt = CreatedAt,
        RegisteredFrom = CreatedFrom ?? "",
        PasswordSetAt = PasswordSetAt,
        Keys = [.. (Keys ?? []).Select(key => key?.ToKey() ?? throw new FormatException("a key is not valid"))],
        Attempts = Addresses(Attempts),
        AttemptCount = AttemptCount,
        Logons = Addresses(Logons),
        LogonCount = LogonCount,
        Broadcasts = Broadcasts,
    };

    private static string[] Addresses(IReadOnlyList<string?>? texts) =>
        [.. (texts ?? []).Select(text => text ?? throw new FormatException("an address is not valid"))];

    /// <summary>A key of an account.</summary>
    internal sealed record KeyLine
    {
        public string? Name { get; init; }

        public string? Fingerprint { get; init; }

        public DateTimeOffset? Added { get; init; }

        public DateTimeOffset? LastUsed { get; init; }

        /// <remarks>Some databases store these times in milliseconds. Without the rest, exports of all databases are the same.</remarks>
        public static KeyLine From(UserKey key) => new()
        {
            Name = key.Name,
            Fingerprint = key.Fingerprint,
            Added = ExportTime.ToMilliseconds(key.Added),
            LastUsed = key.LastUsed is { } used ? ExportTime.ToMilliseconds(used) : null,
        };

        public UserKey? ToKey() =>
            Name is not null && Fingerprint is not null && Added is { } added ? new UserKey(Name, Fingerprint, added, LastUsed) : null;
    }
}

/// <summary>Reads strictly: a misspelled member must not be ignored, because it could be <c>locked</c>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(AccountLine))]
internal sealed partial class AccountLineJson : JsonSerializerContext;
