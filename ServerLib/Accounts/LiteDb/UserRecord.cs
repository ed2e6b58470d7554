using LiteDB;
using ServerLib.Passwords;

namespace ServerLib.Accounts;

/// <summary>A stored account.</summary>
internal sealed class UserRecord
{
    /// <summary>The most addresses in each list. The counters are not limited.</summary>
    public const int MaxAddresses = 100;

    public long Id { get; init; }

    /// <summary>The name in the form in which names are compared.</summary>
    public required string Key { get; init; }

    /// <summary>The name as registered.</summary>
    public required string Name { get; init; }

    public required string PasswordHash { get; set; }

    /// <summary>When the password was set, in ticks of UTC; 0 if unknown.</summary>
    public long PasswordSetAt { get; set; }

    public bool IsAdmin { get; set; }

    /// <summary>Whether logins fail.</summary>
    public bool IsLocked { get; set; }

    /// <summary>The stored security stamp; <see langword="null"/> if a version without stamps has written the account.</summary>
    public Guid? StoredStamp { get; set; }

    /// <summary>The security stamp.</summary>
    public Guid Stamp => StoredStamp ?? AccountStamp.Of(this);

    /// <summary>When the account was added, in ticks of UTC; 0 if unknown.</summary>
    public long RegisteredAt { get; init; }

    /// <summary>The address of the client that registered the account; empty if unknown.</summary>
    public string RegisteredFrom { get; init; } = "";

    /// <summary>The addresses of the last login attempts, newest last.</summary>
    public List<string> Attempts { get; init; } = [];

    public long AttemptCount { get; set; }

    /// <summary>The addresses of the last logons, newest last. <see cref="LogonCount"/> counts all of them.</summary>
    public List<string> Successes { get; init; } = [];

    /// <summary>The address of the last logon; empty after a logoff.</summary>
    public string ActiveAddress { get; set; } = "";

    public long ActiveConnections { get; set; }

    public long Broadcasts { get; set; }

    public long LogonCount { get; set; }

    public long LogoffCount { get; set; }

    /// <summary>The keys with which the user can log in, oldest first.</summary>
    public List<UserKey> Keys { get; init; } = [];

    public void AddAttempt(string address)
    {
        Append(Attempts, address);
        AttemptCount++;
    }

    public void LogOn(string address)
    {
        Append(Successes, address);
        ActiveAddress = address;
        ActiveConnections++;
        LogonCount++;
    }

    /// <summary>Logs connections off until <paramref name="remaining"/> are left. Each counts as a logoff.</summary>
    public void LogOffTo(long remaining)
    {
        LogoffCount += ActiveConnections - remaining;
        ActiveConnections = remaining;
        ActiveAddress = "";
    }

    /// <summary>Revokes the account's tickets.</summary>
    public void ChangeStamp() => StoredStamp = AccountStamp.Create();

    public UserAccount ToAccount() => new(Name, IsAdmin, IsLocked, Time(RegisteredAt), Time(PasswordSetAt));

    public static UserRecord FromDocument(BsonDocument document) => new()
    {
        Id = document["_id"].AsInt64,
        Key = document["Key"].AsString,
        Name = document["Name"].AsString,
        PasswordHash = document["PasswordHash"].AsString,

        // Accounts of early versions do not have these five fields.
        PasswordSetAt = document["PasswordSetAt"].AsInt64,
        IsAdmin = document["IsAdmin"] == true,
        IsLocked = document["IsLocked"] == true,
        StoredStamp = AccountStamp.Read(document["Stamp"]),
        RegisteredAt = document["RegisteredAt"].AsInt64,
        RegisteredFrom = document["RegisteredFrom"].AsString,
        Attempts = ReadList(document["Attempts"]),
        AttemptCount = document["AttemptCount"].AsInt64,
        Successes = ReadList(document["Successes"]),
        ActiveAddress = document["ActiveAddress"].AsString,
        ActiveConnections = document["ActiveConnections"].AsInt64,
        Broadcasts = document["Broadcasts"].AsInt64,
        LogonCount = document["LogonCount"].AsInt64,
        LogoffCount = document["LogoffCount"].AsInt64,
        Keys = KeyDocument.Read(document["Keys"]),
    };

    public BsonDocument ToDocument() => new()
    {
        ["_id"] = Id,
        ["Key"] = Key,
        ["Name"] = Name,
        ["PasswordHash"] = PasswordHash,
        ["PasswordSetAt"] = PasswordSetAt,
        ["IsAdmin"] = IsAdmin,
        ["IsLocked"] = IsLocked,
        ["Stamp"] = AccountStamp.Write(StoredStamp),
        ["RegisteredAt"] = RegisteredAt,
        ["RegisteredFrom"] = RegisteredFrom,
        ["Attempts"] = new BsonArray(Attempts.Select(address => new BsonValue(address))),
        ["AttemptCount"] = AttemptCount,
        ["Successes"] = new BsonArray(Successes.Select(address => new BsonValue(address))),
        ["ActiveAddress"] = ActiveAddress,
        ["ActiveConnections"] = ActiveConnections,
        ["Broadcasts"] = Broadcasts,
        ["LogonCount"] = LogonCount,
        ["LogoffCount"] = LogoffCount,
        ["Keys"] = KeyDocument.Write(Keys),
    };

    private static DateTimeOffset? Time(long ticks) =>
        ticks > 0 && ticks <= DateTimeOffset.MaxValue.UtcTicks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    private static List<string> ReadList(BsonValue value) => [.. value.AsArray.Select(address => address.AsString)];

    private static void Append(List<string> list, string address)
    {
        list.Add(address);
        if (list.Count > MaxAddresses)
            list.RemoveRange(0, list.Count - MaxAddresses);
    }
}
