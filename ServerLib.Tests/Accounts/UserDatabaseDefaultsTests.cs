using System.Text;

namespace ServerLib.Tests.Accounts;

/// <summary>The methods that an <see cref="IUserDatabase"/> does not have to implement.</summary>
[TestClass]
public sealed class UserDatabaseDefaultsTests
{
    [TestMethod]
    public async Task A_database_needs_only_the_three_methods_of_a_login()
    {
        IUserDatabase database = new LoginsOnly();
        await database.LogConnectionAsync("alice", AccountsFolder.Address(1));
        await database.LogDisconnectionAsync("alice");
        await database.UpdateStatsAsync("alice", 1);
        await database.PurgeAsync();
        await database.SaveAsync();

        using var output = new MemoryStream();
        await database.AuditAsync(output);
        Assert.AreEqual("{\n    \"users\": {}\n}", Encoding.UTF8.GetString(output.ToArray()));
    }

    private sealed class LoginsOnly : IUserDatabase
    {
        public ValueTask<bool> HasUserAsync(string username, CancellationToken cancellationToken = default) => new(true);

        public ValueTask<LoginResult> CreateNewUserAsync(Credentials credentials, CancellationToken cancellationToken = default) =>
            new(new LoginResult(LoginCode.Failure));

        public ValueTask<LoginResult> AuthenticateUserAsync(Credentials credentials, CancellationToken cancellationToken = default) =>
            new(LoginResult.Ok(credentials.Username));
    }
}
