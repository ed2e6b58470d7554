namespace ServerLib.Administration.Export;

/// <summary>What an export contains, in its order.</summary>
internal static class ExportParts
{
    private static readonly IExportPart[] Parts = [new AccountPart(), new InvitationPart(), new BanPart()];

    public static IReadOnlyList<IExportPart> All => Parts;

    public static IExportPart? Find(string? name) => All.FirstOrDefault(part => part.Name == name);

    /// <summary>The part to which a line belongs; <see langword="null"/> for the first and the last line.</summary>
    public static IExportPart? Of(ExportLine line) => All.FirstOrDefault(part => part.Contains(line));
}
