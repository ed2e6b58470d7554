using Microsoft.Extensions.Logging.Abstractions;
using ServerLib.Testing;
using SqliteAccounts;

namespace ServerLib.Tests.Samples;

/// <summary>The user database of the sample SqliteAccounts keeps the contract of the library.</summary>
[TestClass]
public sealed class ShopAccountsTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Argon2idPasswordHasher _hasher = new(new PasswordHashingOptions { MemorySize = 64, Iterations = 1 });
    private int _databases;

    public void Dispose()
    {
        _hasher.Dispose();
        _folder.Dispose();
    }

    [TestMethod]
    [DynamicData(nameof(UserDatabaseContract.Rules), typeof(UserDatabaseContract))]
    public Task The_accounts_of_the_shop_keep_the_contract_of_a_user_database(string rule) => UserDatabaseContract.VerifyAsync(rule, CreateAsync);

    private async ValueTask<AccountServices> CreateAsync(TimeProvider time)
    {
        var database = new ShopDatabase($"Data Source={_folder.File($"shop-{++_databases}.db")};Pooling=False");
        await database.CreateExampleAsync();
        await database.AddNameKeysAsync();
        await database.ExecuteAsync("DELETE FROM users", CancellationToken.None);
        return AccountServices.Of(new ShopAccounts(database, _hasher, NullLogger<ShopAccounts>.Instance));
    }
}
