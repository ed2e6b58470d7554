using LiteDB;

namespace ServerLib.Files;

/// <summary>Times as documents hold them: milliseconds since 1970, UTC.</summary>
internal static class StoredTime
{
    private static readonly long Min = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long Max = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <returns>The time; <see langword="null"/> for what is none, whatever somebody may have made of it.</returns>
    public static DateTimeOffset? Read(BsonValue value) =>
        value.IsInt64 && value.AsInt64 >= Min && value.AsInt64 <= Max ? DateTimeOffset.FromUnixTimeMilliseconds(value.AsInt64) : null;
}
