namespace ServerLib.Files;

/// <summary>
/// The pages of a log from the first damaged one on. They are a torn end only if all of them belong to the last transaction: a transaction is
/// on disk before the next one is written, so a page of a later one shows that the damaged page was confirmed.
/// </summary>
/// <param name="firstPage">The number of the first damaged page.</param>
/// <param name="open">The transaction before it, if that one was not complete.</param>
internal sealed class TornEnd(long firstPage, uint? open)
{
    private uint? _transaction;
    private bool _hasUnknown;
    private bool _isComplete;

    /// <summary>The number of the first damaged page in the log, counted from 0.</summary>
    public long FirstPage { get; } = firstPage;

    /// <summary>Adds the next page, damaged or not.</summary>
    /// <returns>Whether all pages so far belong to one transaction for certain. A page that can't be read counts as one of the others.</returns>
    public bool TryAdd(LogPage page)
    {
        if (_isComplete)
            return false;
        if (!page.HasHeader)
        {
            _hasUnknown |= _transaction is null;
            return true;
        }

        // What comes before the first known page can be a transaction of its own, unless it is in the middle of this one.
        _transaction ??= page.Transaction;
        _isComplete = page.IsConfirmed;
        return page.Transaction == _transaction && (!_hasUnknown || open == _transaction);
    }
}
