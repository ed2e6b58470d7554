using System.Text.Json.Serialization;

namespace ServerLib.PostgreSql.Statistics;

/// <summary>Unsaved changes of an account's statistics, as they are sent to the database.</summary>
internal sealed class AccountChanges
{
    private const int MaxAddresses = 100;

    /// <summary>The name in the form in which names are compared.</summary>
    public required string Key { get; init; }

    /// <summary>The account's number; <see langword="null"/> if it is not known.</summary>
    public long? Id { get; set; }

    public List<string> Attempts { get; } = [];

    public long AttemptCount { get; private set; }

    public List<string> Logons { get; } = [];

    public long LogonCount { get; private set; }

    /// <summary>The new active address; <see langword="null"/> if it does not change.</summary>
    public string? ActiveAddress { get; set; }

    public long Broadcasts { get; set; }

    /// <summary>When keys were used, by their fingerprints.</summary>
    public Dictionary<string, long> UsedKeys { get; } = [];

    public string? OldHash { get; set; }

    public string? NewHash { get; set; }

    public void AddAttempt(string address)
    {
        Append(Attempts, address);
        AttemptCount++;
    }

    public void AddLogon(string address)
    {
        Append(Logons, address);
        LogonCount++;
        ActiveAddress = address;
    }

    private static void Append(List<string> list, string address)
    {
        list.Add(address);
        if (list.Count > MaxAddresses)
            list.RemoveAt(0);
    }
}

/// <summary>The number of an account's connections to this server.</summary>
internal sealed record ActiveCount(string Key, long Count);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(IReadOnlyList<AccountChanges>))]
[JsonSerializable(typeof(IReadOnlyList<ActiveCount>))]
internal sealed partial class StatisticsJson : JsonSerializerContext;
