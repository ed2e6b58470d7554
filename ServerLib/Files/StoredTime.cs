using LiteDB;

namespace ServerLib.Files;

/// <summary>Reads times from documents: milliseconds since 1970, UTC.</summary>
internal static class StoredTime
{
    private static readonly long Min = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long Max = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <returns>The time; <see langword="null"/> for any other value.</returns>
    public static DateTimeOffset? Read(BsonValue value) =>
        value.IsInt64 && value.AsInt64 >= Min && value.AsInt64 <= Max ? DateTimeOffset.FromUnixTimeMilliseconds(value.AsInt64) : null;
}
