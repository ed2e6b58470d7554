namespace ServerLib.Testing.Contracts;

/// <summary>The rules for <see cref="IUserAdministration"/>, without invitations.</summary>
internal static class UserAdministrationRules
{
    private const int Racers = 12;

    public static async Task An_account_is_found_by_each_spelling_of_its_name(AccountScene scene)
    {
        await scene.RegisterAsync("Ada");
        DateTimeOffset now = scene.Time.GetUtcNow();
        foreach (string spelling in (string[])["Ada", "ADA", "ada", "\uff21da"])
            Expect.Equal(
                new UserAccount("Ada", false, false, now, now), await scene.Administration.FindAccountAsync(spelling),
                $"The account {Expect.Show(spelling)}");
        Expect.Equal(null, await scene.Administration.FindAccountAsync("bob"), "The account of an unknown name");
    }

    public static async Task Accounts_are_listed_in_the_order_in_which_they_were_added(AccountScene scene)
    {
        string[] names = [.. Enumerable.Range(0, 120).Select(i => $"user{(i * 37) % 120}")];
        foreach (string name in names)
            await scene.Administration.AddAccountAsync(name, AccountScene.Password);
        Expect.Sequence(names, await scene.ListAsync(), "The accounts");
    }

    public static async Task An_added_account_logs_in(AccountScene scene)
    {
        LoginResult added = await scene.Administration.AddAccountAsync("Ada", AccountScene.Password);
        Expect.Equal(LoginCode.Ok, added.Code, "The result of adding the account");
        await scene.ExpectLoginAsync("ada", alias: "Ada");
        Expect.Equal(
            LoginCode.Failure, (await scene.Administration.AddAccountAsync("ADA", "another")).Code, "The result of adding it again");
        await scene.ExpectLoginAsync("ada", alias: "Ada");
    }

    public static async Task A_name_is_added_or_registered_once_at_the_same_time(AccountScene scene)
    {
        LoginResult[] results = await AtOnce.RunAsync(Racers, i => i % 2 == 0
            ? scene.Administration.AddAccountAsync("ada", AccountScene.Password)
            : scene.Database.CreateNewUserAsync(new Credentials("ADA", AccountScene.Password)));
        Expect.Equal(1, results.Count(result => result.IsOk), "The number of calls that returned Ok");
        Expect.Equal(1, (await scene.ListAsync()).Length, "The number of accounts");
    }

    public static async Task A_removed_account_is_gone_with_all_its_data(AccountScene scene)
    {
        await scene.RegisterAsync("ada", "bob");
        await scene.Administration.SetAdminAsync("ada", true);
        await scene.Administration.SetLockedAsync("ada", true);
        Expect.Equal(true, await scene.Administration.RemoveAccountAsync("ADA"), "RemoveAccountAsync");
        Expect.Equal(false, await scene.Administration.RemoveAccountAsync("ada"), "The second RemoveAccountAsync");
        Expect.Equal(false, await scene.Database.HasUserAsync("ada"), "HasUserAsync after the removal");
        await scene.ExpectNoLoginAsync("ada", AccountScene.Password, "after the removal");
        Expect.Sequence(["bob"], await scene.ListAsync(), "The accounts after the removal");

        scene.Time.Advance(TimeSpan.FromMinutes(1));
        await scene.Database.CreateNewUserAsync(new Credentials("Ada", "another"));
        UserAccount account = await scene.FindAsync("ada");
        Expect.Equal("Ada", account.Name, "The name of the new account");
        Expect.That(
            !account.IsAdmin && !account.IsLocked, "A new account must not have the role or the lock of a removed one with the same name.");
        await scene.ExpectNoLoginAsync("ada", AccountScene.Password, "with the password of the removed account");
        await scene.ExpectLoginAsync("ada", "another", "Ada");
    }

    public static async Task An_account_is_removed_once_at_the_same_time(AccountScene scene)
    {
        await scene.RegisterAsync("ada");
        bool[] removed = await AtOnce.RunAsync(Racers, _ => scene.Administration.RemoveAccountAsync("ada"));
        Expect.Equal(1, removed.Count(was => was), "The number of calls that returned true");
    }

    public static async Task A_new_password_replaces_the_old_one(AccountScene scene)
    {
        await scene.RegisterAsync("ada", "bob");
        await scene.Administration.SetAdminAsync("ada", true);
        LoginResult result = await scene.Administration.SetPasswordAsync("ADA", "another");
        Expect.Equal(LoginCode.Ok, result.Code, "The result of SetPasswordAsync");
        await scene.ExpectLoginAsync("ada", "another");
        await scene.ExpectNoLoginAsync("ada", AccountScene.Password, "with the old password");
        await scene.ExpectLoginAsync("bob");
        Expect.Equal(true, (await scene.FindAsync("ada")).IsAdmin, "IsAdmin after a change of the password");
        Expect.Equal(
            LoginCode.Failure, (await scene.Administration.SetPasswordAsync("carol", "another")).Code, "The result for an unknown name");
        Expect.Equal(false, await scene.Database.HasUserAsync("carol"), "HasUserAsync of an unknown name");
    }

    public static async Task A_password_is_set_only_if_it_is_still_the_verified_one(AccountScene scene)
    {
        await scene.RegisterAsync("ada");
        UserAccount first = await scene.FindAsync("ada");
        Expect.Equal(
            LoginCode.Ok, (await scene.Administration.SetPasswordAsync("ada", "second", first)).Code,
            "The result with the current account");
        Expect.Equal(
            LoginCode.Failure,
            (await scene.Administration.SetPasswordAsync("ada", "third", first)).Code,
            "The result with the account as it was before another change, even at the same time on the clock,");
        await scene.ExpectLoginAsync("ada", "second");

        UserAccount now = await scene.FindAsync("ada");
        await scene.Administration.SetAdminAsync("ada", true);
        Expect.Equal(
            LoginCode.Ok, (await scene.Administration.SetPasswordAsync("ada", "fourth", now)).Code, "The result after a change of the role only");
    }

    public static async Task One_of_many_changes_of_the_same_password_is_made(AccountScene scene)
    {
        await scene.RegisterAsync("ada");
        UserAccount verified = await scene.FindAsync("ada");
        LoginResult[] results = await AtOnce.RunAsync(Racers, i => scene.Administration.SetPasswordAsync("ada", $"password {i}", verified));
        int[] winners = [.. Enumerable.Range(0, Racers).Where(i => results[i].IsOk)];
        Expect.That(
            winners.Length == 1,
            $"{Racers} clients changed the same password at once, and {winners.Length} of them got Ok. Exactly one must.");
        await scene.ExpectLoginAsync("ada", $"password {winners[0]}");
        await scene.ExpectNoLoginAsync("ada", AccountScene.Password, "with the old password");
    }

    public static async Task The_admin_role_is_granted_and_revoked(AccountScene scene)
    {
        await scene.RegisterAsync("ada", "bob");
        foreach (bool isAdmin in (bool[])[true, true, false])
        {
            Expect.Equal(true, await scene.Administration.SetAdminAsync("ADA", isAdmin), "SetAdminAsync");
            Expect.Equal(isAdmin, (await scene.FindAsync("ada")).IsAdmin, $"IsAdmin after SetAdminAsync({isAdmin})");
        }

        Expect.Equal(false, (await scene.FindAsync("bob")).IsAdmin, "IsAdmin of another account");
        Expect.Equal(false, await scene.Administration.SetAdminAsync("carol", true), "SetAdminAsync for an unknown name");
    }

    public static async Task A_locked_account_does_not_log_in(AccountScene scene)
    {
        await scene.RegisterAsync("ada", "bob");
        Expect.Equal(true, await scene.Administration.SetLockedAsync("ADA", true), "SetLockedAsync");
        Expect.Equal(true, (await scene.FindAsync("ada")).IsLocked, "IsLocked");
        Expect.Equal(true, await scene.Database.HasUserAsync("ada"), "HasUserAsync for a locked account");
        await scene.ExpectNoLoginAsync("ada", AccountScene.Password, "while the account is locked");
        await scene.ExpectLoginAsync("bob");
        await scene.Administration.SetPasswordAsync("ada", "another");
        await scene.ExpectNoLoginAsync("ada", "another", "while the account is locked, with a new password");
        Expect.Equal(true, await scene.Administration.SetLockedAsync("ada", false), "SetLockedAsync");
        await scene.ExpectLoginAsync("ada", "another");
        Expect.Equal(false, await scene.Administration.SetLockedAsync("carol", true), "SetLockedAsync for an unknown name");
    }

    public static async Task Different_changes_at_the_same_time_are_all_made(AccountScene scene)
    {
        for (int round = 0; round < 8; round++)
        {
            string name = $"user{round}";
            await scene.RegisterAsync(name);
            await AtOnce.RunAsync(
                async () => await scene.Administration.SetAdminAsync(name, true),
                async () => await scene.Administration.SetPasswordAsync(name, "another"),
                async () => await scene.LogInAsync(name),
                async () => await scene.Administration.SetLockedAsync(name, true),
                async () => await scene.Database.LogConnectionAsync(name, AccountScene.Address(1)));
            UserAccount account = await scene.FindAsync(name);
            Expect.Equal(true, account.IsAdmin, "IsAdmin after a role, a lock and a password were set at once");
            Expect.Equal(true, account.IsLocked, "IsLocked after a role, a lock and a password were set at once");
            await scene.Administration.SetLockedAsync(name, false);
            await scene.ExpectLoginAsync(name, "another");
        }
    }

    public static async Task Any_text_can_be_the_name_of_a_missing_account(AccountScene scene)
    {
        await scene.RegisterAsync("ada");
        foreach (string name in AccountScene.OddTexts)
        {
            string shown = Expect.Show(name);
            Expect.Equal(null, await scene.Administration.FindAccountAsync(name), $"FindAccountAsync({shown})");
            Expect.Equal(false, await scene.Administration.RemoveAccountAsync(name), $"RemoveAccountAsync({shown})");
            Expect.Equal(
                LoginCode.Failure, (await scene.Administration.SetPasswordAsync(name, "another")).Code, $"SetPasswordAsync({shown})");
            Expect.Equal(false, await scene.Administration.SetAdminAsync(name, true), $"SetAdminAsync({shown})");
            Expect.Equal(false, await scene.Administration.SetLockedAsync(name, true), $"SetLockedAsync({shown})");
        }

        Expect.Sequence(["ada"], await scene.ListAsync(), "The accounts");
        await scene.ExpectLoginAsync("ada");
    }

    public static async Task A_canceled_change_throws_and_changes_nothing(AccountScene scene)
    {
        await scene.RegisterAsync("ada");
        UserAccount before = await scene.FindAsync("ada");
        IUserAdministration accounts = scene.Administration;
        await Expect.CanceledAsync(token => accounts.FindAccountAsync("ada", token).AsTask(), "FindAccountAsync");
        await Expect.CanceledAsync(token => accounts.AddAccountAsync("bob", "another", token).AsTask(), "AddAccountAsync");
        await Expect.CanceledAsync(token => accounts.RemoveAccountAsync("ada", token).AsTask(), "RemoveAccountAsync");
        await Expect.CanceledAsync(
            token => accounts.SetPasswordAsync("ada", "another", cancellationToken: token).AsTask(), "SetPasswordAsync");
        await Expect.CanceledAsync(token => accounts.SetAdminAsync("ada", true, token).AsTask(), "SetAdminAsync");
        await Expect.CanceledAsync(token => accounts.SetLockedAsync("ada", true, token).AsTask(), "SetLockedAsync");
        await Expect.CanceledAsync(
            async token =>
            {
                await foreach (UserAccount _ in accounts.ListAccountsAsync(token))
                {
                }
            },
            "ListAccountsAsync");
        Expect.Equal(before, await scene.FindAsync("ada"), "The account after canceled changes");
        Expect.Sequence(["ada"], await scene.ListAsync(), "The accounts after canceled changes");
        await scene.ExpectLoginAsync("ada");
    }
}
