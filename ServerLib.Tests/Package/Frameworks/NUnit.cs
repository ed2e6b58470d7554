using NUnit.Framework;
using ServerLib.Testing;

public sealed class BanDatabaseTests
{
    [TestCaseSource(typeof(BanDatabaseContract), nameof(BanDatabaseContract.Rules))]
    public Task Bans_keep_the_contract(string rule) =>
        BanDatabaseContract.VerifyAsync(rule, time => new(AccountServices.Of(new InMemoryUserDatabase(time))));
}
