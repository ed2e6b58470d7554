using LiteDB;

namespace ServerLib.Accounts;

/// <summary>A stored invitation. Times are in ticks of UTC; 0 means never.</summary>
internal sealed class StoredInvitation
{
    public long Id { get; init; }

    /// <summary>The SHA-256 of the code.</summary>
    public required byte[] Hash { get; init; }

    public long CreatedAt { get; init; }

    public long ExpiresAt { get; init; }

    public string TakenBy { get; set; } = "";

    public long TakenAt { get; set; }

    /// <summary>Whether it can be used.</summary>
    public bool IsOpen(long now) => TakenAt == 0 && (ExpiresAt == 0 || now < ExpiresAt);

    public UserInvitation ToInvitation() =>
        new(Id, Time(CreatedAt), ExpiresAt == 0 ? null : Time(ExpiresAt), TakenAt == 0 ? null : TakenBy);

    public InvitationRecord ToRecord() => new()
    {
        Number = Id,
        CodeHash = Convert.ToHexStringLower(Hash),
        CreatedAt = Time(CreatedAt),
        ExpiresAt = ExpiresAt == 0 ? null : Time(ExpiresAt),
        TakenBy = TakenAt == 0 ? null : TakenBy,
        TakenAt = TakenAt == 0 ? null : Time(TakenAt),
    };

    public static StoredInvitation From(InvitationRecord invitation) => new()
    {
        Id = invitation.Number,
        Hash = Convert.FromHexString(invitation.CodeHash),
        CreatedAt = invitation.CreatedAt.UtcTicks,
        ExpiresAt = invitation.ExpiresAt?.UtcTicks ?? 0,
        TakenBy = invitation.TakenBy ?? "",
        TakenAt = invitation.TakenAt?.UtcTicks ?? 0,
    };

    public static StoredInvitation FromDocument(BsonDocument document) => new()
    {
        Id = document["_id"].AsInt64,
        Hash = document["Hash"].AsBinary,
        CreatedAt = document["CreatedAt"].AsInt64,
        ExpiresAt = document["ExpiresAt"].AsInt64,
        TakenBy = document["TakenBy"].AsString,
        TakenAt = document["TakenAt"].AsInt64,
    };

    public BsonDocument ToDocument() => new()
    {
        ["_id"] = Id,
        ["Hash"] = Hash,
        ["CreatedAt"] = CreatedAt,
        ["ExpiresAt"] = ExpiresAt,
        ["TakenBy"] = TakenBy,
        ["TakenAt"] = TakenAt,
    };

    private static DateTimeOffset Time(long ticks) => new(Math.Clamp(ticks, 0, DateTimeOffset.MaxValue.UtcTicks), TimeSpan.Zero);
}
