using System.Net;

namespace ServerLib.Testing.Contracts;

/// <summary>The rules for the three methods of <see cref="IUserDatabase"/> that every implementation has.</summary>
internal static class UserDatabaseRules
{
    private const int Racers = 16;

    public static async Task A_registered_user_logs_in_with_the_password(AccountScene scene)
    {
        Expect.Equal(false, await scene.Database.HasUserAsync("ada"), "HasUserAsync before the registration");
        LoginResult created = await scene.Database.CreateNewUserAsync(new Credentials("ada", AccountScene.Password));
        Expect.Equal(LoginCode.Ok, created.Code, "The result of the registration");
        Expect.Equal("ada", created.Alias, "The alias after the registration");
        Expect.Equal(true, await scene.Database.HasUserAsync("ada"), "HasUserAsync after the registration");
        await scene.ExpectLoginAsync("ada");
        await scene.ExpectLoginAsync("ada");
    }

    public static async Task A_wrong_password_fails(AccountScene scene)
    {
        await scene.RegisterAsync("ada");
        await scene.Database.CreateNewUserAsync(new Credentials("bob", "another"));
        foreach (string wrong in (string[])["", "CORRECT HORSE", "correct horse ", " correct horse", "correct hors", "another", "correct horse\0"])
            await scene.ExpectNoLoginAsync("ada", wrong, $"with the password {Expect.Show(wrong)}");
        await scene.ExpectLoginAsync("ada");
    }

    public static async Task An_unknown_name_fails(AccountScene scene)
    {
        await scene.ExpectNoLoginAsync("ada", AccountScene.Password, "in an empty database");
        await scene.RegisterAsync("ada");
        await scene.ExpectNoLoginAsync("bob", AccountScene.Password, "that is not registered");
        Expect.Equal(false, await scene.Database.HasUserAsync("bob"), "HasUserAsync after a failed login");
    }

    public static async Task Spellings_of_a_name_are_one_account(AccountScene scene)
    {
        (string Registered, string[] Others)[] names =
        [
            ("Ada", ["ada", "ADA", "\uff21\uff44\uff41"]),
            ("Zo\u00eb", ["ZO\u00cb", "zoe\u0308"]),
            (
                "\u039f\u03b4\u03c5\u03c3\u03c3\u03b5\u03c5\u03c2",
                ["\u039f\u0394\u03a5\u03a3\u03a3\u0395\u03a5\u03a3", "\u03bf\u03b4\u03c5\u03c3\u03c3\u03b5\u03c5\u03c3"]
            ),
        ];
        await scene.RegisterAsync([.. names.Select(name => name.Registered)]);
        foreach ((string registered, string[] others) in names)
        {
            foreach (string other in others)
            {
                Expect.Equal(true, await scene.Database.HasUserAsync(other), $"HasUserAsync({Expect.Show(other)})");
                await scene.ExpectLoginAsync(other, alias: registered);
                LoginResult again = await scene.Database.CreateNewUserAsync(new Credentials(other, "another"));
                Expect.Equal(
                    LoginCode.Failure, again.Code, $"The result of registering {Expect.Show(other)} when {Expect.Show(registered)} exists");
            }
        }
    }

    public static async Task A_name_is_registered_once(AccountScene scene)
    {
        await scene.RegisterAsync("ada");
        LoginResult again = await scene.Database.CreateNewUserAsync(new Credentials("ada", "another"));
        Expect.Equal(LoginCode.Failure, again.Code, "The result of the second registration");
        await scene.ExpectNoLoginAsync("ada", "another", "with the password of the second registration");
        await scene.ExpectLoginAsync("ada");
    }

    public static async Task One_of_many_clients_registers_a_name_at_the_same_time(AccountScene scene)
    {
        LoginResult[] results = await AtOnce.RunAsync(
            Racers, i => scene.Database.CreateNewUserAsync(new Credentials(i % 2 == 0 ? "ada" : "ADA", $"password {i}")));
        int[] winners = [.. Enumerable.Range(0, Racers).Where(i => results[i].IsOk)];
        Expect.That(
            winners.Length == 1, $"{Racers} clients registered the same name at once, and {winners.Length} of them got Ok. Exactly one must.");
        foreach (LoginResult result in results.Where(result => !result.IsOk))
            Expect.Equal(LoginCode.Failure, result.Code, "The result for the others");
        for (int i = 0; i < Racers; i++)
        {
            LoginResult login = await scene.LogInAsync("ada", $"password {i}");
            Expect.Equal(i == winners[0], login.IsOk, $"Whether the password of client {i} logs in (client {winners[0]} has registered)");
        }
    }

    public static async Task Many_names_are_registered_at_the_same_time(AccountScene scene)
    {
        LoginResult[] results = await AtOnce.RunAsync(
            Racers, i => scene.Database.CreateNewUserAsync(new Credentials($"user{i}", $"password {i}")));
        for (int i = 0; i < Racers; i++)
        {
            Expect.Equal(LoginCode.Ok, results[i].Code, $"The result of registering user{i}");
            await scene.ExpectLoginAsync($"user{i}", $"password {i}");
        }
    }

    public static async Task Any_text_can_be_sent_as_a_name(AccountScene scene)
    {
        await scene.RegisterAsync("ada");
        foreach (string name in AccountScene.OddTexts)
        {
            Expect.Equal(false, await scene.Database.HasUserAsync(name), $"HasUserAsync({Expect.Show(name)})");
            await scene.ExpectNoLoginAsync(name, AccountScene.Password, "that is not registered");
            if (UserName.IsValid(name))
                continue;
            LoginCode code = (await scene.Database.CreateNewUserAsync(new Credentials(name, AccountScene.Password))).Code;
            Expect.That(
                code is LoginCode.Failure or LoginCode.Refused,
                $"The result of registering {Expect.Show(name)} must be Failure or Refused, but is {code}. "
                + "UserName.IsValid says which names are allowed.");
        }

        foreach (string name in AccountScene.OddTexts.Where(UserName.IsValid))
        {
            await scene.RegisterAsync(name);
            await scene.ExpectLoginAsync(name);
        }
    }

    public static async Task Any_text_can_be_a_password(AccountScene scene)
    {
        string[] passwords =
        [
            " ", "p\0", "p\0q", "\u00e9\u00e8", "\ud83d\udd11\ud83d\udc0e", "' OR '1'='1", "a\nb", "a\r\nb", "\ufeffp", new string('p', 1_000),
            new string('p', 999) + "q",
        ];
        for (int i = 0; i < passwords.Length; i++)
            Expect.Equal(
                LoginCode.Ok, (await Create($"user{i}", passwords[i])).Code, $"The result of registering with {Expect.Show(passwords[i])}");
        for (int i = 0; i < passwords.Length; i++)
        {
            await scene.ExpectLoginAsync($"user{i}", passwords[i]);
            string other = passwords[(i + 1) % passwords.Length];
            await scene.ExpectNoLoginAsync($"user{i}", other, $"with {Expect.Show(other)} for {Expect.Show(passwords[i])}");
        }

        // It is no text in UTF-8. Whether such a password works is left to the database.
        await Create("broken", "\ud800");
        await scene.LogInAsync("broken", "\ud800");

        ValueTask<LoginResult> Create(string name, string password) => scene.Database.CreateNewUserAsync(new Credentials(name, password));
    }

    public static async Task Clients_of_any_address_log_in(AccountScene scene)
    {
        EndPoint?[] addresses =
        [
            null, new IPEndPoint(IPAddress.Parse("2001:db8::1"), 1), new IPEndPoint(IPAddress.Parse("::ffff:203.0.113.7"), 65_535),
            new IPEndPoint(IPAddress.Parse("fe80::1%3"), 1), new DnsEndPoint("example.org", 1),
        ];
        for (int i = 0; i < addresses.Length; i++)
        {
            string where = addresses[i] is { } address ? $"from {address}" : "without an address";
            var credentials = new Credentials($"user{i}", AccountScene.Password, addresses[i]);
            Expect.Equal(
                LoginCode.Ok, (await scene.Database.CreateNewUserAsync(credentials)).Code, $"The result of a registration {where}");
            Expect.Equal(LoginCode.Ok, (await scene.Database.AuthenticateUserAsync(credentials)).Code, $"The result of a login {where}");
        }
    }

    public static async Task A_canceled_call_throws_and_changes_nothing(AccountScene scene)
    {
        var credentials = new Credentials("ada", AccountScene.Password);
        await Expect.CanceledAsync(token => scene.Database.HasUserAsync("ada", token).AsTask(), "HasUserAsync");
        await Expect.CanceledAsync(token => scene.Database.CreateNewUserAsync(credentials, token).AsTask(), "CreateNewUserAsync");
        await Expect.CanceledAsync(token => scene.Database.AuthenticateUserAsync(credentials, token).AsTask(), "AuthenticateUserAsync");
        Expect.Equal(false, await scene.Database.HasUserAsync("ada"), "HasUserAsync after the canceled registration");
    }

    public static async Task Statistics_of_an_unknown_user_are_ignored(AccountScene scene)
    {
        await scene.RegisterAsync("ada");
        foreach (string name in AccountScene.OddTexts)
        {
            await scene.Database.LogConnectionAsync(name, AccountScene.Address(1));
            await scene.Database.UpdateStatsAsync(name, 1);
            await scene.Database.LogDisconnectionAsync(name);
            Expect.Equal(false, await scene.Database.HasUserAsync(name), $"HasUserAsync({Expect.Show(name)})");
        }

        await scene.Database.SaveAsync();
        await scene.Database.PurgeAsync();
    }
}
