using LiteDB;
using ServerLib.Files;

namespace ServerLib.Accounts;

/// <summary>Converts an account's keys to and from documents. Accounts of versions without keys have none.</summary>
internal static class KeyDocument
{
    public static BsonArray Write(IEnumerable<UserKey> keys) => new(keys.Select(key => new BsonDocument
    {
        ["Name"] = key.Name,
        ["Fingerprint"] = key.Fingerprint,
        ["Added"] = key.Added.ToUnixTimeMilliseconds(),
        ["LastUsed"] = key.LastUsed is { } used ? used.ToUnixTimeMilliseconds() : BsonValue.Null,
    }));

    /// <exception cref="InvalidDataException">
    /// The keys are damaged. The database must not be used then: it is unknown which keys may log in.
    /// </exception>
    public static List<UserKey> Read(BsonValue value)
    {
        if (value.IsNull)
            return [];
        return value is BsonArray keys ? [.. keys.Select(Read)] : throw Damaged();

        static UserKey Read(BsonValue key) =>
            key["Name"] is { IsString: true } name
            && key["Fingerprint"] is { IsString: true } fingerprint
            && StoredTime.Read(key["Added"]) is { } added
            && (key["LastUsed"].IsNull || StoredTime.Read(key["LastUsed"]) is not null)
                ? new UserKey(name.AsString, fingerprint.AsString, added, StoredTime.Read(key["LastUsed"]))
                : throw Damaged();
    }

    private static InvalidDataException Damaged() => new("The keys of an account are damaged.");
}
