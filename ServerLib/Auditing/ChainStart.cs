using System.Diagnostics.CodeAnalysis;

namespace ServerLib.Auditing;

/// <summary>What an entry <see cref="AuditEvent.ChainStarted"/> says of what is before it, as the text of its detail.</summary>
/// <param name="After">The head of the chain before.</param>
/// <param name="Deleted">The last of the entries that are deleted, which are all that have its number or a smaller one.</param>
internal sealed record ChainStart(AuditHead After, AuditHead Deleted)
{
    private const string AfterWord = "after ";
    private const string DeletedWord = ", deleted up to ";

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    public static bool TryRead(AuditEntry entry, [NotNullWhen(true)] out ChainStart? start)
    {
        start = null;
        if (entry.Event != AuditEvent.ChainStarted || !entry.Detail.StartsWith(AfterWord, StringComparison.Ordinal))
            return false;
        string[] heads = entry.Detail[AfterWord.Length..].Split(DeletedWord);
        if (heads.Length is 1 or 2 && AuditHead.TryParse(heads[0], out AuditHead? after))
        {
            if (heads.Length == 1)
                start = new ChainStart(after, AuditHead.None);
            else if (AuditHead.TryParse(heads[1], out AuditHead? deleted))
                start = new ChainStart(after, deleted);
        }

        return start is not null;
    }

    /// <returns><c>after 1234:9f86…, deleted up to 1000:0a1b…</c>; empty for the first chain.</returns>
    public override string ToString() =>
        After.Number == 0 ? "" : Deleted.Number == 0 ? $"{AfterWord}{After}" : $"{AfterWord}{After}{DeletedWord}{Deleted}";
}
