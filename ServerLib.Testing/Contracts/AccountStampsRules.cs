namespace ServerLib.Testing.Contracts;

/// <summary>The rules for <see cref="IAccountStamps"/>.</summary>
internal static class AccountStampsRules
{
    public static async Task An_account_keeps_its_stamp_while_nothing_changes(AccountScene scene)
    {
        await scene.RegisterAsync("ada", "bob");
        Guid stamp = await scene.StampAsync("ada");
        Expect.Equal(stamp, await scene.StampAsync("ADA"), "The stamp with another spelling of the name");
        Expect.That(stamp != await scene.StampAsync("bob"), "Two accounts must not have the same stamp.");
        await scene.ExpectLoginAsync("ada");
        await scene.LogInAsync("ada", "wrong");
        await scene.Database.LogConnectionAsync("ada", AccountScene.Address(1));
        await scene.Database.UpdateStatsAsync("ada", 1);
        await scene.Database.LogDisconnectionAsync("ada");
        await scene.Database.SaveAsync();
        Expect.Equal(stamp, await scene.StampAsync("ada"), "The stamp after logins and a logoff");
    }

    public static async Task A_stamp_logs_in_to_its_account(AccountScene scene)
    {
        await scene.RegisterAsync("Ada", "bob");
        Guid stamp = await scene.StampAsync("ada");
        await ExpectLoginAsync(scene, "ADA", stamp, "Ada");
        await ExpectNoLoginAsync(scene, "ada", Guid.Empty, "with the empty stamp");
        await ExpectNoLoginAsync(scene, "ada", await scene.StampAsync("bob"), "with another account's stamp");
        await ExpectNoLoginAsync(scene, "carol", stamp, "that is not registered");
        LoginResult noAddress = await scene.Stamps.AuthenticateStampAsync(new Credentials("ada", ""), stamp);
        Expect.Equal(LoginCode.Ok, noAddress.Code, "The result of a login without an address");
    }

    public static async Task Every_change_of_an_account_gives_it_a_new_stamp(AccountScene scene)
    {
        await scene.RegisterAsync("ada", "bob");
        Guid other = await scene.StampAsync("bob");
        HashSet<Guid> stamps = [await scene.StampAsync("ada")];
        await ChangeAsync("ChangeStampAsync", async () => await scene.Stamps.ChangeStampAsync("ADA"));
        if (scene.Services.Administration is { } accounts)
        {
            await ChangeAsync("a new password", async () => await accounts.SetPasswordAsync("ada", AccountScene.Password));
            await ChangeAsync("the admin role", async () => await accounts.SetAdminAsync("ada", true));
            await ChangeAsync("the role's end", async () => await accounts.SetAdminAsync("ada", false));
            await ChangeAsync("a lock and its end", async () =>
            {
                await accounts.SetLockedAsync("ada", true);
                await accounts.SetLockedAsync("ada", false);
            });
        }

        if (scene.Services.Keys is { } keys)
        {
            await ChangeAsync("a new key", async () => await keys.AddKeyAsync("ada", "laptop", TestKey.Create(1)));
            await ChangeAsync("a key's removal", async () => await keys.RemoveKeyAsync("ada", "laptop"));
        }

        Expect.Equal(other, await scene.StampAsync("bob"), "The stamp of another account");

        async Task ChangeAsync(string what, Func<Task> change)
        {
            Guid before = await scene.StampAsync("ada");
            await change();
            Expect.That(
                stamps.Add(await scene.StampAsync("ada")), $"After {what}, the account must have a stamp that it has not had before.");
            await ExpectNoLoginAsync(scene, "ada", before, $"with the stamp before {what}");
        }
    }

    public static async Task A_later_account_with_the_same_name_has_another_stamp(AccountScene scene)
    {
        await scene.RegisterAsync("ada");
        Guid stamp = await scene.StampAsync("ada");
        await scene.Administration.RemoveAccountAsync("ada");
        Expect.Equal(null, await scene.Stamps.GetStampAsync("ada"), "The stamp of a removed account");
        await ExpectNoLoginAsync(scene, "ada", stamp, "after the removal");
        await scene.RegisterAsync("ada");
        Expect.That(stamp != await scene.StampAsync("ada"), "The new account must not have the stamp of the removed one.");
        await ExpectNoLoginAsync(scene, "ada", stamp, "with the stamp of the removed account");
    }

    public static async Task A_locked_account_has_no_stamp(AccountScene scene)
    {
        await scene.RegisterAsync("ada");
        Guid stamp = await scene.StampAsync("ada");
        await scene.Administration.SetLockedAsync("ada", true);
        Expect.Equal(null, await scene.Stamps.GetStampAsync("ada"), "The stamp of a locked account");
        await ExpectNoLoginAsync(scene, "ada", stamp, "while the account is locked");
        await scene.Administration.SetLockedAsync("ada", false);
        await ExpectNoLoginAsync(scene, "ada", stamp, "with the stamp before the lock");
    }

    public static async Task Changes_at_the_same_time_leave_one_new_stamp(AccountScene scene)
    {
        await scene.RegisterAsync("ada");
        Guid stamp = await scene.StampAsync("ada");
        bool[] changed = await AtOnce.RunAsync(12, _ => scene.Stamps.ChangeStampAsync("ada"));
        Expect.That(changed.All(was => was), "ChangeStampAsync must return true for an account that exists.");
        await ExpectNoLoginAsync(scene, "ada", stamp, "with the stamp before the changes");
        await ExpectLoginAsync(scene, "ada", await scene.StampAsync("ada"), "ada");
    }

    public static async Task Any_text_can_be_sent_as_a_name(AccountScene scene)
    {
        await scene.RegisterAsync("ada");
        Guid stamp = await scene.StampAsync("ada");
        foreach (string name in AccountScene.OddTexts)
        {
            Expect.Equal(null, await scene.Stamps.GetStampAsync(name), $"GetStampAsync({Expect.Show(name)})");
            await ExpectNoLoginAsync(scene, name, stamp, "that is not registered");
            Expect.Equal(false, await scene.Stamps.ChangeStampAsync(name), $"ChangeStampAsync({Expect.Show(name)})");
        }
    }

    public static async Task A_canceled_call_throws_and_changes_nothing(AccountScene scene)
    {
        await scene.RegisterAsync("ada");
        Guid stamp = await scene.StampAsync("ada");
        var credentials = new Credentials("ada", "");
        await Expect.CanceledAsync(token => scene.Stamps.GetStampAsync("ada", token).AsTask(), "GetStampAsync");
        await Expect.CanceledAsync(
            token => scene.Stamps.AuthenticateStampAsync(credentials, stamp, token).AsTask(), "AuthenticateStampAsync");
        await Expect.CanceledAsync(token => scene.Stamps.ChangeStampAsync("ada", token).AsTask(), "ChangeStampAsync");
        Expect.Equal(stamp, await scene.StampAsync("ada"), "The stamp after that");
    }

    private static async Task ExpectLoginAsync(AccountScene scene, string name, Guid stamp, string alias)
    {
        LoginResult result = await scene.Stamps.AuthenticateStampAsync(new Credentials(name, "", AccountScene.Address(4)), stamp);
        Expect.Equal(LoginCode.Ok, result.Code, $"The result of a login by stamp as {Expect.Show(name)}");
        Expect.Equal(alias, result.Alias, "The alias after a login by stamp");
    }

    private static async Task ExpectNoLoginAsync(AccountScene scene, string name, Guid stamp, string why)
    {
        LoginResult result = await scene.Stamps.AuthenticateStampAsync(new Credentials(name, "", AccountScene.Address(4)), stamp);
        Expect.Equal(LoginCode.Failure, result.Code, $"The result of a login by stamp as {Expect.Show(name)} {why}");
    }
}
