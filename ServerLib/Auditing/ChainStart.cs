using System.Diagnostics.CodeAnalysis;

namespace ServerLib.Auditing;

/// <summary>The detail of an entry <see cref="AuditEvent.ChainStarted"/>: what comes before the chain.</summary>
/// <param name="After">The head of the previous chain.</param>
/// <param name="Deleted">The last deleted entry. All entries before it are deleted as well.</param>
internal sealed record ChainStart(AuditHead After, AuditHead Deleted)
{
    private const string AfterWord = "after ";
    private const string DeletedWord = ", deleted up to ";

    /// <summary>Reads the form of <see cref="ToString"/>.</summary>
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

    /// <summary>The entry that starts the chain.</summary>
    public AuditEntry ToEntry(DateTimeOffset time) => new(time, AuditEvent.ChainStarted, ServerOptions.ServerName, "", "", ToString());

    /// <returns><c>after 1234:9f86…, deleted up to 1000:0a1b…</c>; empty for the first chain.</returns>
    public override string ToString() =>
        After.Number == 0 ? "" : Deleted.Number == 0 ? $"{AfterWord}{After}" : $"{AfterWord}{After}{DeletedWord}{Deleted}";
}
