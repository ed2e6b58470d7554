using Moq;

namespace ServerLib.Tests.Messaging;

[TestClass]
public sealed class LedgerDatabaseTests
{
    [TestMethod]
    public async Task The_default_ledger_offers_its_set_of_connections_and_another_need_not()
    {
        await using var ledger = new ActiveConnectionLedger();
        var other = new Mock<IConnectionLedger> { CallBase = true };

        Assert.AreSame(ledger.Database, ((IConnectionLedger)ledger).Database);
        Assert.IsNull(other.Object.Database);
    }
}
