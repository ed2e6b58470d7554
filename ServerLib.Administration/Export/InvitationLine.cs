namespace ServerLib.Administration.Export;

/// <summary>An invitation in an export. The names are part of the format.</summary>
internal sealed record InvitationLine
{
    public long Number { get; init; }

    public string? CodeHash { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public string? TakenBy { get; init; }

    public DateTimeOffset? TakenAt { get; init; }

    public static InvitationLine From(InvitationRecord invitation) => new()
    {
        Number = invitation.Number,
        CodeHash = invitation.CodeHash,
        CreatedAt = invitation.CreatedAt,
        ExpiresAt = invitation.ExpiresAt,
        TakenBy = invitation.TakenBy,
        TakenAt = invitation.TakenAt,
    };

    public InvitationRecord ToInvitation() => new()
    {
        Number = Number,
        CodeHash = CodeHash ?? "",
        CreatedAt = CreatedAt,
        ExpiresAt = ExpiresAt,
        TakenBy = TakenBy,
        TakenAt = TakenAt,
    };
}
