namespace ServerLib.Testing.Contracts;

/// <summary>The rules for accounts that outlive the server.</summary>
internal static class StoredAccountsRules
{
    public static async Task Accounts_are_kept(StoredScene stored)
    {
        AccountScene scene = await stored.OpenAsync();
        await scene.RegisterAsync("Zo\u00eb", "ada", "bob", "carol");
        await scene.Administration.SetAdminAsync("ada", true);
        await scene.Administration.SetLockedAsync("bob", true);
        await scene.Administration.SetPasswordAsync("ada", "another");
        await scene.Administration.RemoveAccountAsync("carol");
        UserAccount[] before = [await scene.FindAsync("Zo\u00eb"), await scene.FindAsync("ada"), await scene.FindAsync("bob")];

        scene = await stored.OpenAsync();
        Expect.Sequence(["Zo\u00eb", "ada", "bob"], await scene.ListAsync(), "The accounts");
        foreach (UserAccount account in before)
            Expect.Equal(account, await scene.FindAsync(account.Name), $"The account {account.Name}");
        await scene.ExpectLoginAsync("ZO\u00cb", alias: "Zo\u00eb");
        await scene.ExpectLoginAsync("ada", "another");
        await scene.ExpectNoLoginAsync("ada", AccountScene.Password, "with the old password");
        await scene.ExpectNoLoginAsync("bob", AccountScene.Password, "while the account is locked");
        await scene.ExpectNoLoginAsync("carol", AccountScene.Password, "whose account was removed");
    }

    public static async Task Keys_and_stamps_are_kept(StoredScene stored)
    {
        AccountScene scene = await stored.OpenAsync();
        await scene.RegisterAsync("ada");
        await scene.Keys.AddKeyAsync("ada", "laptop", TestKey.Create(1));
        await scene.Keys.AddKeyAsync("ada", "phone", TestKey.Create(2));
        await scene.Keys.RemoveKeyAsync("ada", "phone");
        await scene.LogInByKeyAsync("ada", TestKey.Create(1));
        await scene.Database.SaveAsync();
        UserKey[] keys = [.. (await scene.Keys.GetKeysAsync("ada"))!];
        Guid stamp = await scene.StampAsync("ada");

        scene = await stored.OpenAsync();
        Expect.Sequence(keys, (await scene.Keys.GetKeysAsync("ada"))!, "The keys");
        Expect.Equal(stamp, await scene.StampAsync("ada"), "The stamp");
        Expect.Equal(LoginCode.Ok, (await scene.LogInByKeyAsync("ada", TestKey.Create(1))).Code, "The result of a login by key");
        Expect.Equal(
            LoginCode.Failure, (await scene.LogInByKeyAsync("ada", TestKey.Create(2))).Code, "The result of a login with a removed key");
    }

    public static async Task Bans_are_kept(StoredScene stored)
    {
        AccountScene scene = await stored.OpenAsync();
        Ban ban = new("Ada", scene.Time.GetUtcNow().AddHours(1), "Spam.") { CreatedBy = "console", Since = scene.Time.GetUtcNow() };
        await scene.Bans.AddBanAsync(ban);
        await scene.Bans.AddBanAsync(ban with { Target = "203.0.113.7" });
        await scene.Bans.RemoveBanAsync("203.0.113.7");

        scene = await stored.OpenAsync();
        Expect.Sequence([ban], await scene.Bans.GetBansAsync(), "The bans");
    }

    public static async Task Invitations_are_kept(StoredScene stored)
    {
        AccountScene scene = await stored.OpenAsync();
        (_, string unused) = await scene.Administration.InviteAsync();
        (_, string used) = await scene.Administration.InviteAsync();
        (UserInvitation withdrawn, string gone) = await scene.Administration.InviteAsync();
        await scene.Administration.CreateInvitedUserAsync(new Credentials("ada", AccountScene.Password) { Invitation = used });
        await scene.Administration.WithdrawInvitationAsync(withdrawn.Number);
        IReadOnlyList<UserInvitation> before = await scene.Administration.ListInvitationsAsync();

        scene = await stored.OpenAsync();
        Expect.Sequence(before, await scene.Administration.ListInvitationsAsync(), "The invitations");
        Expect.Equal(true, await scene.Administration.IsInvitedAsync(unused), "Whether the unused invitation can be used");
        Expect.Equal(false, await scene.Administration.IsInvitedAsync(used), "Whether the used invitation can be used");
        Expect.Equal(false, await scene.Administration.IsInvitedAsync(gone), "Whether the withdrawn invitation can be used");
        (UserInvitation next, _) = await scene.Administration.InviteAsync();
        Expect.That(
            next.Number > withdrawn.Number, "A number must not be used again, because the audit trail identifies invitations by it.");
    }

    public static async Task Carried_accounts_are_kept(StoredScene stored)
    {
        AccountScene scene = await stored.OpenAsync();
        if (scene.Services.Transfer is null)
            return;
        await scene.RegisterAsync("ada");
        AccountRecord ada = (await scene.Transfer.ReadAccountsAsync(1)).Accounts[0];
        await scene.Transfer.AddAccountsAsync([ada with { Name = "Bob", LogonCount = 7, IsAdmin = true }]);

        scene = await stored.OpenAsync();
        AccountRecord bob = (await scene.Transfer.ReadAccountsAsync(10)).Accounts[^1];
        Expect.Equal(("Bob", 7, true), (bob.Name, bob.LogonCount, bob.IsAdmin), "The name, the logons and the role of the added account");
        await scene.ExpectLoginAsync("bob", alias: "Bob");
    }
}
