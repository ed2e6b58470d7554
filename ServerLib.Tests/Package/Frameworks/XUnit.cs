using ServerLib.Testing;
using Xunit;

public sealed class BanDatabaseTests
{
    [Theory]
    [MemberData(nameof(BanDatabaseContract.Rules), MemberType = typeof(BanDatabaseContract))]
    public Task Bans_keep_the_contract(string rule) =>
        BanDatabaseContract.VerifyAsync(rule, time => new(AccountServices.Of(new InMemoryUserDatabase(time))));
}
