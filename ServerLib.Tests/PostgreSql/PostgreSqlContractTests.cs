using ServerLib.PostgreSql;
using ServerLib.Testing;

namespace ServerLib.Tests.PostgreSql;

/// <summary>PostgreSQL keeps the same contracts as LiteDB, and the one for several servers.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class PostgreSqlContractTests : PostgresTest
{
    // PostgreSQL cannot store any text, so the hashes have to be real ones.
    private static readonly Argon2idPasswordHasher RealHasher = new(new PasswordHashingOptions { MemorySize = 64, Iterations = 1 });

    [TestMethod]
    [DynamicData(nameof(UserDatabaseContract.Rules), typeof(UserDatabaseContract))]
    public Task PostgreSql_keeps_the_contract_of_a_user_database(string rule) => UserDatabaseContract.VerifyAsync(rule, Create);

    [TestMethod]
    [DynamicData(nameof(UserStatisticsContract.Rules), typeof(UserStatisticsContract))]
    public Task PostgreSql_keeps_the_contract_of_user_statistics(string rule) => UserStatisticsContract.VerifyAsync(rule, Create);

    [TestMethod]
    [DynamicData(nameof(UserAdministrationContract.Rules), typeof(UserAdministrationContract))]
    public Task PostgreSql_keeps_the_contract_of_the_administration_of_users(string rule) =>
        UserAdministrationContract.VerifyAsync(rule, Create);

    [TestMethod]
    [DynamicData(nameof(UserKeysContract.Rules), typeof(UserKeysContract))]
    public Task PostgreSql_keeps_the_contract_of_the_keys_of_users(string rule) => UserKeysContract.VerifyAsync(rule, Create);

    [TestMethod]
    [DynamicData(nameof(AccountStampsContract.Rules), typeof(AccountStampsContract))]
    public Task PostgreSql_keeps_the_contract_of_account_stamps(string rule) => AccountStampsContract.VerifyAsync(rule, Create);

    [TestMethod]
    [DynamicData(nameof(BanDatabaseContract.Rules), typeof(BanDatabaseContract))]
    public Task PostgreSql_keeps_the_contract_of_a_ban_database(string rule) => BanDatabaseContract.VerifyAsync(rule, Create);

    [TestMethod]
    [DynamicData(nameof(AccountTransferContract.Rules), typeof(AccountTransferContract))]
    public Task PostgreSql_keeps_the_contract_of_an_account_transfer(string rule) => AccountTransferContract.VerifyAsync(rule, Create);

    [TestMethod]
    [DynamicData(nameof(InvitationTransferContract.Rules), typeof(InvitationTransferContract))]
    public Task PostgreSql_keeps_the_contract_of_an_invitation_transfer(string rule) => InvitationTransferContract.VerifyAsync(rule, Create);

    [TestMethod]
    [DynamicData(nameof(StoredAccountsContract.Rules), typeof(StoredAccountsContract))]
    public Task PostgreSql_keeps_the_contract_of_stored_accounts(string rule) => StoredAccountsContract.VerifyAsync(rule, Create);

    [TestMethod]
    [DynamicData(nameof(SharedAccountsContract.Rules), typeof(SharedAccountsContract))]
    public Task PostgreSql_keeps_the_contract_of_shared_accounts(string rule) => SharedAccountsContract.VerifyAsync(rule, Create);

    private ValueTask<AccountServices> Create(TimeProvider time) => new(AccountServices.Of(new PostgreSqlUserDatabase(Database, RealHasher, time)));
}
