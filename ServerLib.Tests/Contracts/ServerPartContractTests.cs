using ServerLib.Testing;

namespace ServerLib.Tests.Contracts;

/// <summary>The ledger, the authenticator and the router of a server keep their contracts.</summary>
[TestClass]
public sealed class ServerPartContractTests
{
    [TestMethod]
    [DynamicData(nameof(ConnectionLedgerContract.Rules), typeof(ConnectionLedgerContract))]
    public Task The_ledger_keeps_the_contract(string rule) => ConnectionLedgerContract.VerifyAsync(rule, () => new ActiveConnectionLedger());

    [TestMethod]
    [DynamicData(nameof(AuthenticatorContract.Rules), typeof(AuthenticatorContract))]
    public Task The_authenticator_keeps_the_contract(string rule) => AuthenticatorContract.VerifyAsync(rule, CreateAsync, "Ada", "secret");

    [TestMethod]
    [DynamicData(nameof(MessageRouterContract.Rules), typeof(MessageRouterContract))]
    public Task The_router_keeps_the_contract(string rule) => MessageRouterContract.VerifyAsync(rule, () => TestServer.StartAsync());

    private static async ValueTask<IAuthenticator> CreateAsync()
    {
        var database = new InMemoryUserDatabase();
        await database.AddAccountAsync("Ada", "secret");
        return new Authenticator(database, new ServerOptions(), keys: database, accounts: database);
    }
}
