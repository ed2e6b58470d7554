namespace ServerLib.Administration.Export;

/// <summary>A ban in an export. The names are part of the format. Times are exact to milliseconds, as in the databases.</summary>
internal sealed record BanLine
{
    private const int MaxReason = 1_000;
    private const int MaxCreatedBy = 256;

    public string? Target { get; init; }

    public DateTimeOffset Since { get; init; }

    public DateTimeOffset? Until { get; init; }

    public string? Reason { get; init; }

    public string? CreatedBy { get; init; }

    public static BanLine From(Ban ban) => new()
    {
        Target = ban.Target,
        Since = ExportTime.ToMilliseconds(ban.Since),
        Until = ban.Until is { } until ? ExportTime.ToMilliseconds(until) : null,
        Reason = ban.Reason.Length > 0 ? ban.Reason : null,
        CreatedBy = ban.CreatedBy.Length > 0 ? ban.CreatedBy : null,
    };

    /// <exception cref="FormatException">A member is too long. The message says which.</exception>
    public Ban ToBan() => new(Target ?? "", Until, Fit(Reason, MaxReason, "reason"))
    {
        Since = Since,
        CreatedBy = Fit(CreatedBy, MaxCreatedBy, "name of its creator"),
    };

    private static string Fit(string? text, int length, string what) =>
        text is null || text.Length <= length ? text ?? "" : throw new FormatException($"the {what} is longer than {length} characters");
}
