using ServerLib.Testing;
using ServerLib.Tests.Accounts;

namespace ServerLib.Tests.Contracts;

/// <summary>The database of the server keeps the contracts that it ships.</summary>
[TestClass]
public sealed class LiteDbContractTests : IDisposable
{
    private readonly AccountsFolder _folder = new();

    [TestMethod]
    [DynamicData(nameof(UserDatabaseContract.Rules), typeof(UserDatabaseContract))]
    public Task LiteDb_keeps_the_contract_of_a_user_database(string rule) => UserDatabaseContract.VerifyAsync(rule, Create);

    [TestMethod]
    [DynamicData(nameof(UserStatisticsContract.Rules), typeof(UserStatisticsContract))]
    public Task LiteDb_keeps_the_contract_of_user_statistics(string rule) => UserStatisticsContract.VerifyAsync(rule, Create);

    [TestMethod]
    [DynamicData(nameof(UserAdministrationContract.Rules), typeof(UserAdministrationContract))]
    public Task LiteDb_keeps_the_contract_of_the_administration_of_users(string rule) => UserAdministrationContract.VerifyAsync(rule, Create);

    [TestMethod]
    [DynamicData(nameof(UserKeysContract.Rules), typeof(UserKeysContract))]
    public Task LiteDb_keeps_the_contract_of_the_keys_of_users(string rule) => UserKeysContract.VerifyAsync(rule, Create);

    [TestMethod]
    [DynamicData(nameof(AccountStampsContract.Rules), typeof(AccountStampsContract))]
    public Task LiteDb_keeps_the_contract_of_account_stamps(string rule) => AccountStampsContract.VerifyAsync(rule, Create);

    [TestMethod]
    [DynamicData(nameof(BanDatabaseContract.Rules), typeof(BanDatabaseContract))]
    public Task LiteDb_keeps_the_contract_of_a_ban_database(string rule) => BanDatabaseContract.VerifyAsync(rule, Create);

    [TestMethod]
    [DynamicData(nameof(AccountTransferContract.Rules), typeof(AccountTransferContract))]
    public Task LiteDb_keeps_the_contract_of_an_account_transfer(string rule) => AccountTransferContract.VerifyAsync(rule, Create);

    [TestMethod]
    [DynamicData(nameof(InvitationTransferContract.Rules), typeof(InvitationTransferContract))]
    public Task LiteDb_keeps_the_contract_of_an_invitation_transfer(string rule) => InvitationTransferContract.VerifyAsync(rule, Create);

    [TestMethod]
    [DynamicData(nameof(StoredAccountsContract.Rules), typeof(StoredAccountsContract))]
    public Task LiteDb_keeps_the_contract_of_stored_accounts(string rule) => StoredAccountsContract.VerifyAsync(rule, Create);

    public void Dispose() => _folder.Dispose();

    private ValueTask<AccountServices> Create(TimeProvider time) => new(AccountServices.Of(_folder.Open(time)));
}
