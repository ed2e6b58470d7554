using Microsoft.VisualStudio.TestTools.UnitTesting;
using ServerLib.Testing;

[TestClass]
public sealed class BanDatabaseTests
{
    [TestMethod]
    [DynamicData(nameof(BanDatabaseContract.Rules), typeof(BanDatabaseContract))]
    public Task Bans_keep_the_contract(string rule) =>
        BanDatabaseContract.VerifyAsync(rule, time => new(AccountServices.Of(new InMemoryUserDatabase(time))));
}
