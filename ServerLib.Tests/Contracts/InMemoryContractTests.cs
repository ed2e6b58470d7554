using ServerLib.Testing;

namespace ServerLib.Tests.Contracts;

/// <summary>
/// The database for tests keeps the contracts, except that of statistics, which it does not count. Accounts are carried to it by another class,
/// because it has no password hashes.
/// </summary>
[TestClass]
public sealed class InMemoryContractTests
{
    [TestMethod]
    [DynamicData(nameof(UserDatabaseContract.Rules), typeof(UserDatabaseContract))]
    public Task Memory_keeps_the_contract_of_a_user_database(string rule) => UserDatabaseContract.VerifyAsync(rule, Create);

    [TestMethod]
    [DynamicData(nameof(UserAdministrationContract.Rules), typeof(UserAdministrationContract))]
    public Task Memory_keeps_the_contract_of_the_administration_of_users(string rule) => UserAdministrationContract.VerifyAsync(rule, Create);

    [TestMethod]
    [DynamicData(nameof(UserKeysContract.Rules), typeof(UserKeysContract))]
    public Task Memory_keeps_the_contract_of_the_keys_of_users(string rule) => UserKeysContract.VerifyAsync(rule, Create);

    [TestMethod]
    [DynamicData(nameof(AccountStampsContract.Rules), typeof(AccountStampsContract))]
    public Task Memory_keeps_the_contract_of_account_stamps(string rule) => AccountStampsContract.VerifyAsync(rule, Create);

    [TestMethod]
    [DynamicData(nameof(BanDatabaseContract.Rules), typeof(BanDatabaseContract))]
    public Task Memory_keeps_the_contract_of_a_ban_database(string rule) => BanDatabaseContract.VerifyAsync(rule, Create);

    [TestMethod]
    [DynamicData(nameof(AccountTransferContract.Rules), typeof(AccountTransferContract))]
    public Task Memory_keeps_the_contract_of_an_account_transfer(string rule) => AccountTransferContract.VerifyAsync(
        rule, time => new(new InMemoryAccountTransfer(time).ToServices()));

    [TestMethod]
    [DynamicData(nameof(SharedAccountsContract.Rules), typeof(SharedAccountsContract))]
    public Task Memory_keeps_the_contract_of_shared_accounts(string rule)
    {
        InMemoryUserDatabase? database = null;
        return SharedAccountsContract.VerifyAsync(rule, time => new(AccountServices.Of(database ??= new InMemoryUserDatabase(time))));
    }

    private static ValueTask<AccountServices> Create(TimeProvider time) => new(AccountServices.Of(new InMemoryUserDatabase(time)));
}
