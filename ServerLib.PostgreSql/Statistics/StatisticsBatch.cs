namespace ServerLib.PostgreSql.Statistics;

/// <summary>Changes that are written in one transaction.</summary>
/// <param name="Number">The batch's number. Each batch of a server has a higher one, so that none is counted twice.</param>
/// <param name="Accounts">Changes of accounts.</param>
/// <param name="Active">The numbers of connections that have changed.</param>
internal sealed record StatisticsBatch(long Number, IReadOnlyList<AccountChanges> Accounts, IReadOnlyList<ActiveCount> Active)
{
    public bool IsEmpty => Accounts.Count == 0 && Active.Count == 0;
}
