namespace ServerLib.Testing.Contracts;

/// <summary>
/// The rules for <see cref="IAccountTransfer"/>. Hashes come from the database itself, because a database may have any
/// <see cref="IPasswordHasher"/>.
/// </summary>
internal static class AccountTransferRules
{
    private const int Racers = 12;

    // More than a database is likely to read or write at a time.
    private const int Many = 250;

    public static async Task An_added_account_logs_in_with_its_old_password(AccountScene scene)
    {
        AccountRecord ada = await RegisterAsync(scene, "ada");
        await AddAsync(scene, ada with { Name = "Bob" }, ada with { Name = "carol", IsLocked = true });
        await scene.ExpectLoginAsync("BOB", alias: "Bob");
        await scene.ExpectLoginAsync("bob", alias: "Bob");
        await scene.ExpectNoLoginAsync("bob", "another", "with another password");
        await scene.ExpectNoLoginAsync("carol", AccountScene.Password, "while the account is locked");
        Expect.Sequence(["ada", "Bob", "carol"], await scene.ListAsync(), "The accounts");
    }

    public static async Task An_account_is_carried_with_all_its_data(AccountScene scene)
    {
        AccountRecord full = Full((await RegisterAsync(scene, "ada")).PasswordHash);
        await AddAsync(scene, full);
        AccountRecord read = (await ReadAllAsync(scene))[^1];
        Expect.Sequence(full.Keys, read.Keys, "The keys");
        Expect.Sequence(full.Attempts, read.Attempts, "The addresses of attempts");
        Expect.Sequence(full.Logons, read.Logons, "The addresses of logons");
        Expect.Equal(WithoutLists(full), WithoutLists(read), "The account without its lists");
        UserAccount account = await scene.FindAsync("zo\u00eb");
        Expect.That(account.IsAdmin && !account.IsLocked, "The account must have the role and the lock of the added one.");
    }

    public static async Task What_is_not_known_of_an_account_can_be_left_out(AccountScene scene)
    {
        AccountRecord ada = await RegisterAsync(scene, "ada");
        await AddAsync(scene, new AccountRecord { Name = "bob", PasswordHash = ada.PasswordHash });
        AccountRecord bob = (await ReadAllAsync(scene))[^1];
        Expect.Equal(("", 0, 0, 0), (bob.RegisteredFrom, bob.AttemptCount, bob.LogonCount, bob.Broadcasts), "The address and the numbers of the account");
        Expect.Equal(0, bob.Keys.Count + bob.Attempts.Count + bob.Logons.Count, "The number of keys and addresses");
        await scene.ExpectLoginAsync("bob");
    }

    public static async Task An_existing_account_is_never_changed(AccountScene scene)
    {
        AccountRecord ada = await RegisterAsync(scene, "Ada");
        await scene.RegisterAsync("bob");
        AccountRecord bob = (await ReadAllAsync(scene))[^1];
        IReadOnlyList<AccountAddition> results = await scene.Transfer.AddAccountsAsync(
            [bob with { Name = "ADA", IsAdmin = true, LogonCount = 9 }, bob with { Name = "ada", IsLocked = true }]);
        Expect.Sequence([new AccountAddition(false), new AccountAddition(false)], results, "The results for existing accounts");
        Expect.Equal(WithoutLists(ada), WithoutLists((await ReadAllAsync(scene))[0]), "The account");
        await scene.ExpectLoginAsync("ada", alias: "Ada");
    }

    public static async Task Of_accounts_with_the_same_name_the_first_one_is_added(AccountScene scene)
    {
        AccountRecord ada = await RegisterAsync(scene, "ada");
        IReadOnlyList<AccountAddition> results = await scene.Transfer.AddAccountsAsync(
            [ada with { Name = "Bob" }, ada with { Name = "carol" }, ada with { Name = "BOB", IsAdmin = true }]);
        Expect.Sequence([new AccountAddition(true), new AccountAddition(true), new AccountAddition(false)], results, "The results");
        Expect.Sequence(["ada", "Bob", "carol"], (await ReadAllAsync(scene)).Select(account => account.Name), "The names");
    }

    public static async Task An_account_that_is_not_valid_is_refused_and_the_others_are_added(AccountScene scene)
    {
        AccountRecord ada = await RegisterAsync(scene, "ada");
        AccountRecord[] accounts =
        [
            ada with { Name = "a b" },
            ada with { Name = "good" },
            ada with { Name = "bob", PasswordHash = "" },
            ada with { Name = "carol", PasswordHash = "no hash" },
            ada with { Name = "dave", Broadcasts = -1 },
            ada with { Name = "erin", Keys = [new UserKey("laptop", "SHA256:x", AccountContract.Start)] },
            ada with { Name = "frank", Attempts = ["\u001b[2J"] },
            ada with { Name = "better" },
        ];
        IReadOnlyList<AccountAddition> results = await scene.Transfer.AddAccountsAsync(accounts);
        Expect.Equal(accounts.Length, results.Count, "The number of results");
        foreach ((AccountRecord account, AccountAddition result) in accounts.Zip(results))
        {
            bool isGood = account.Name is "good" or "better";
            Expect.Equal(isGood, result.IsAdded, $"IsAdded of {Expect.Show(account.Name)}");
            Expect.That(result.Problem is null == isGood, $"Problem of {Expect.Show(account.Name)} is {Expect.Show(result.Problem)}.");
        }

        Expect.Sequence(["ada", "good", "better"], (await ReadAllAsync(scene)).Select(account => account.Name), "The names");
    }

    public static async Task Many_accounts_are_read_in_the_order_in_which_they_were_added(AccountScene scene)
    {
        AccountRecord ada = await RegisterAsync(scene, "ada");
        string[] names = [.. Enumerable.Range(0, Many).Select(i => $"user{(i * 7) % Many}")];
        Expect.Sequence(
            Enumerable.Repeat(new AccountAddition(true), Many),
            await scene.Transfer.AddAccountsAsync([.. names.Select(name => ada with { Name = name })]),
            "The results");
        foreach (int count in (int[])[1, 7, 100, Many + 1, int.MaxValue])
            Expect.Sequence(["ada", .. names], (await ReadAllAsync(scene, count)).Select(account => account.Name), $"The names in pages of {count}");
    }

    public static async Task The_pages_of_no_accounts_are_empty(AccountScene scene)
    {
        AccountPage page = await scene.Transfer.ReadAccountsAsync(10);
        Expect.Equal((0, null), (page.Accounts.Count, page.Next), "The number of accounts and Next");
        Expect.Equal(0, (await scene.Transfer.AddAccountsAsync([])).Count, "The number of results for no accounts");
        Expect.Equal(0, (await scene.Transfer.HaveAccountsAsync([])).Count, "The number of results for no names");
    }

    public static async Task A_page_that_does_not_exist_is_refused(AccountScene scene)
    {
        await Expect.ThrowsAsync<ArgumentException>(
            () => scene.Transfer.ReadAccountsAsync(1, "no page of this database").AsTask(), "ReadAccountsAsync after an unknown page");
        await Expect.ThrowsAsync<ArgumentException>(() => scene.Transfer.ReadAccountsAsync(0).AsTask(), "ReadAccountsAsync of no accounts");
    }

    public static async Task Other_changes_do_not_disturb_reading(AccountScene scene)
    {
        AccountRecord ada = await RegisterAsync(scene, "ada");
        string[] names = [.. Enumerable.Range(0, 40).Select(i => $"user{i}")];
        await AddAsync(scene, [.. names.Select(name => ada with { Name = name })]);
        List<string> read = [];
        string? next = null;
        int round = 0;
        do
        {
            AccountPage page = await scene.Transfer.ReadAccountsAsync(4, next);
            read.AddRange(page.Accounts.Select(account => account.Name));
            next = page.Next;
            await scene.Administration.RemoveAccountAsync(round == 0 ? "ada" : $"other{round - 1}");
            await AddAsync(scene, ada with { Name = $"other{round++}" });
        }
        while (next is not null && round < Many);
        Expect.Sequence(names, read.Where(name => names.Contains(name)), "The names that were there all the time, of those that were read,");
    }

    public static async Task Names_are_found_in_any_spelling(AccountScene scene)
    {
        await scene.RegisterAsync("Ada", "zo\u00eb");
        Expect.Sequence(
            [true, false, true, true, true],
            await scene.Transfer.HaveAccountsAsync(["ADA", "bob", "Zo\u00cb", "ada", "ada"]),
            "HaveAccountsAsync");
    }

    public static async Task Any_text_can_be_looked_for(AccountScene scene)
    {
        await scene.RegisterAsync("ada");
        IReadOnlyList<bool> found = await scene.Transfer.HaveAccountsAsync([.. AccountScene.OddTexts, "ada"]);
        Expect.Sequence([.. AccountScene.OddTexts.Select(_ => false), true], found, "HaveAccountsAsync");
    }

    public static async Task An_account_is_added_once_at_the_same_time(AccountScene scene)
    {
        AccountRecord ada = await RegisterAsync(scene, "ada");
        IReadOnlyList<AccountAddition>[] results = await AtOnce.RunAsync(
            Racers, i => scene.Transfer.AddAccountsAsync([ada with { Name = i % 2 == 0 ? "bob" : "BOB" }, ada with { Name = $"user{i}" }]));
        int added = results.Count(result => result[0].IsAdded);
        Expect.That(added == 1, $"{Racers} calls added the same name at once, and {added} of them did. Exactly one must.");
        Expect.Equal(Racers, results.Count(result => result[1].IsAdded), "The number of other accounts that were added");
        Expect.Equal(Racers + 2, (await ReadAllAsync(scene)).Count, "The number of accounts");
    }

    public static async Task A_canceled_call_throws_and_changes_nothing(AccountScene scene)
    {
        AccountRecord ada = await RegisterAsync(scene, "ada");
        IAccountTransfer accounts = scene.Transfer;
        await Expect.CanceledAsync(token => accounts.HaveAccountsAsync(["ada"], token).AsTask(), "HaveAccountsAsync");
        await Expect.CanceledAsync(token => accounts.AddAccountsAsync([ada with { Name = "bob" }], token).AsTask(), "AddAccountsAsync");
        await Expect.CanceledAsync(token => accounts.ReadAccountsAsync(1, null, token).AsTask(), "ReadAccountsAsync");
        Expect.Sequence(["ada"], await scene.ListAsync(), "The accounts after canceled calls");
    }

    private static AccountRecord Full(string hash) => new()
    {
        Name = "Zo\u00eb",
        PasswordHash = hash,
        IsAdmin = true,
        RegisteredAt = AccountContract.Start.AddDays(-9),
        RegisteredFrom = "203.0.113.7:1",
        PasswordSetAt = AccountContract.Start.AddDays(-8),
        Keys =
        [
            new UserKey("laptop", UserKey.FingerprintOf(TestKey.Create(1)), AccountContract.Start.AddDays(-7), AccountContract.Start.AddDays(-6)),
            new UserKey("phone", UserKey.FingerprintOf(TestKey.Create(2)), AccountContract.Start.AddDays(-5)),
        ],
        Attempts = [.. Enumerable.Range(1, AccountRecord.MaxItems).Select(port => $"203.0.113.7:{port}")],
        AttemptCount = 1_000,
        Logons = ["[2001:db8::1]:2", "203.0.113.7:3"],
        LogonCount = 900,
        Broadcasts = 7_000_000_000,
    };

    private static AccountRecord WithoutLists(AccountRecord account) => account with { Keys = [], Attempts = [], Logons = [] };

    /// <summary>Registers a name, and returns its account, whose hash is of the usual password.</summary>
    private static async Task<AccountRecord> RegisterAsync(AccountScene scene, string name)
    {
        await scene.RegisterAsync(name);
        return (await ReadAllAsync(scene)).Single(account => account.Name == name);
    }

    private static async Task AddAsync(AccountScene scene, params AccountRecord[] accounts) => Expect.Sequence(
        accounts.Select(_ => new AccountAddition(true)), await scene.Transfer.AddAccountsAsync(accounts), "The results of AddAccountsAsync");

    private static async Task<List<AccountRecord>> ReadAllAsync(AccountScene scene, int count = 100)
    {
        List<AccountRecord> all = [];
        string? next = null;
        do
        {
            AccountPage page = await scene.Transfer.ReadAccountsAsync(count, next);
            Expect.That(page.Accounts.Count <= count, $"A page of at most {count} accounts has {page.Accounts.Count}.");
            all.AddRange(page.Accounts);
            next = page.Next;
        }
        while (next is not null && all.Count <= 10 * Many);
        return all;
    }
}
