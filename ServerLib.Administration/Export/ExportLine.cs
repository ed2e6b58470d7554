using System.Text.Json;
using System.Text.Json.Serialization;

namespace ServerLib.Administration.Export;

/// <summary>
/// A line of an export: a JSON object with one member, whose name is the kind of the line. The names are part of the format. The first line is
/// <c>header</c>, the last one <c>end</c>.
/// </summary>
internal sealed record ExportLine
{
    public HeaderLine? Header { get; init; }

    public AccountLine? Account { get; init; }

    public InvitationLine? Invitation { get; init; }

    /// <summary>The highest number that an invitation has had.</summary>
    public long? LastInvitation { get; init; }

    public BanLine? Ban { get; init; }

    public ExportCounts? End { get; init; }

    /// <summary>The line as JSON, without its end.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ExportJson.Default.ExportLine);

    /// <exception cref="JsonException">It is not valid JSON, or has an unknown member or a value of the wrong type.</exception>
    /// <exception cref="FormatException">It has no member, or several.</exception>
    public static ExportLine Parse(ReadOnlySpan<byte> json)
    {
        ExportLine? line = JsonSerializer.Deserialize(json, ExportJson.Default.ExportLine);
        object?[] kinds = [line?.Header, line?.Account, line?.Invitation, line?.LastInvitation, line?.Ban, line?.End];
        return line is not null && kinds.Count(kind => kind is not null) == 1 ? line : throw new FormatException("a line must have one kind");
    }
}

/// <summary>The first line of an export.</summary>
internal sealed record HeaderLine(string Format, int Version)
{
    /// <summary>The name and version of the format that this program writes.</summary>
    public static readonly HeaderLine Current = new("serverlib-export", 1);
}

/// <summary>How much of each kind an export contains. Its last line is this, so that a file that is cut off is noticed.</summary>
internal sealed record ExportCounts
{
    public long Accounts { get; init; }

    public long Invitations { get; init; }

    public long Bans { get; init; }

    /// <summary>These numbers and one more line.</summary>
    public ExportCounts Add(ExportLine line) => this with
    {
        Accounts = Accounts + (line.Account is null ? 0 : 1),
        Invitations = Invitations + (line.Invitation is null ? 0 : 1),
        Bans = Bans + (line.Ban is null ? 0 : 1),
    };

    public override string ToString() =>
        $"{Commands.Count.Of(Accounts, "account")}, {Commands.Count.Of(Invitations, "invitation")} and {Commands.Count.Of(Bans, "ban")}";
}

/// <summary>Reads strictly: a misspelled member must not be ignored, because it could be <c>locked</c>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(ExportLine))]
internal sealed partial class ExportJson : JsonSerializerContext;
