using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace ServerLib.Testing.Contracts;

/// <summary>The accounts that a rule is verified with, their clock, and the steps that many rules need.</summary>
internal sealed class AccountScene(AccountServices services, FakeTimeProvider time) : IAsyncDisposable
{
    public const string Password = "correct horse";

    /// <summary>Texts that are no name, or that a careless query or file name would treat in a special way.</summary>
    public static readonly string[] OddTexts =
    [
        "", " ", "a b", "a:b", "%", "_", "*", "'", "\"", "\\", "ada'--", "' OR '1'='1", "{\"$gt\":\"\"}", "../ada", "ada\0", "\0", "\ud800",
        new string('x', 5_000), "\u202eada",
    ];

    public FakeTimeProvider Time => time;

    public IUserDatabase Database => services.Database;

    public IUserAdministration Administration => services.Administration ?? throw Missing(nameof(AccountServices.Administration));

    public IUserKeys Keys => services.Keys ?? throw Missing(nameof(AccountServices.Keys));

    public IAccountStamps Stamps => services.Stamps ?? throw Missing(nameof(AccountServices.Stamps));

    public IBanDatabase Bans => services.Bans ?? throw Missing(nameof(AccountServices.Bans));

    public IAccountTransfer Transfer => services.Transfer ?? throw Missing(nameof(AccountServices.Transfer));

    public IInvitationTransfer InvitationTransfer => services.InvitationTransfer ?? throw Missing(nameof(AccountServices.InvitationTransfer));

    public AccountServices Services => services;

    public static IPEndPoint Address(int port) => new(IPAddress.Parse("203.0.113.7"), port);

    /// <summary>Adds an account with the usual password.</summary>
    public async Task RegisterAsync(params string[] names)
    {
        foreach (string name in names)
        {
            LoginResult result = await Database.CreateNewUserAsync(new Credentials(name, Password, Address(1)));
            Expect.Equal(LoginCode.Ok, result.Code, $"The result of registering {Expect.Show(name)}");
        }
    }

    public ValueTask<LoginResult> LogInAsync(string name, string password = Password) =>
        Database.AuthenticateUserAsync(new Credentials(name, password, Address(2)));

    public ValueTask<LoginResult> LogInByKeyAsync(string name, byte[] key) =>
        Keys.AuthenticateKeyAsync(new Credentials(name, "", Address(3)) { IsByKey = true, ProvenKey = key });

    public async Task ExpectLoginAsync(string name, string password = Password, string? alias = null)
    {
        LoginResult result = await LogInAsync(name, password);
        Expect.Equal(LoginCode.Ok, result.Code, $"The result of a login as {Expect.Show(name)} with the right password");
        Expect.Equal(alias ?? name, result.Alias, $"The alias after a login as {Expect.Show(name)}");
    }

    public async Task ExpectNoLoginAsync(string name, string password, string why) =>
        Expect.Equal(LoginCode.Failure, (await LogInAsync(name, password)).Code, $"The result of a login as {Expect.Show(name)} {why}");

    public async Task<UserAccount> FindAsync(string name) =>
        Expect.NotNull(await Administration.FindAccountAsync(name), $"The account {Expect.Show(name)}");

    public async Task<Guid> StampAsync(string name) =>
        await Stamps.GetStampAsync(name) ?? throw new ContractException($"The account {Expect.Show(name)} has no stamp.");

    public async Task<string[]> ListAsync()
    {
        List<string> names = [];
        await foreach (UserAccount account in Administration.ListAccountsAsync())
            names.Add(account.Name);
        return [.. names];
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();

    private static ContractException Missing(string service) => new($"{nameof(AccountServices)}.{service} is not set.");
}
