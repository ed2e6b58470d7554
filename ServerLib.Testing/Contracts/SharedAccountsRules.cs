namespace ServerLib.Testing.Contracts;

/// <summary>The rules for accounts that several servers use at the same time.</summary>
internal static class SharedAccountsRules
{
    private const int Racers = 12;

    public static async Task A_change_of_one_server_is_seen_by_the_other(SharedScene shared)
    {
        await shared.One.RegisterAsync("ada");
        await shared.Two.ExpectLoginAsync("ada");
        Guid stamp = await shared.One.StampAsync("ada");
        Expect.Equal(stamp, await shared.Two.StampAsync("ada"), "The stamp at the other server");
        await shared.One.Administration.SetPasswordAsync("ada", "another");
        await shared.Two.ExpectNoLoginAsync("ada", AccountScene.Password, "at the other server with the old password");
        await shared.Two.ExpectLoginAsync("ada", "another");
        Expect.That(stamp != await shared.Two.StampAsync("ada"), "The other server must see the new stamp.");
        await shared.One.Administration.SetAdminAsync("ada", true);
        Expect.Equal(true, (await shared.Two.FindAsync("ada")).IsAdmin, "IsAdmin at the other server");
        await shared.One.Administration.SetLockedAsync("ada", true);
        await shared.Two.ExpectNoLoginAsync("ada", "another", "at the other server while the account is locked");
        await shared.One.Administration.SetLockedAsync("ada", false);
        await shared.One.Keys.AddKeyAsync("ada", "laptop", TestKey.Create(1));
        Expect.Equal(
            LoginCode.Ok, (await shared.Two.LogInByKeyAsync("ada", TestKey.Create(1))).Code,
            "The result of a login by key at the other server");
        await shared.One.Administration.RemoveAccountAsync("ada");
        Expect.Equal(false, await shared.Two.Database.HasUserAsync("ada"), "HasUserAsync at the other server after the removal");
    }

    public static async Task Bans_and_invitations_of_one_server_are_seen_by_the_other(SharedScene shared)
    {
        await shared.One.Bans.AddBanAsync(new Ban("ada"));
        Expect.Equal(1, (await shared.Two.Bans.GetBansAsync()).Count, "The number of bans at the other server");
        Expect.Equal(true, await shared.Two.Bans.RemoveBanAsync("ADA"), "RemoveBanAsync at the other server");
        Expect.Equal(0, (await shared.One.Bans.GetBansAsync()).Count, "The number of bans after that");
        (UserInvitation invitation, string code) = await shared.One.Administration.InviteAsync();
        Expect.Equal(true, await shared.Two.Administration.IsInvitedAsync(code), "IsInvitedAsync at the other server");
        Expect.Equal(
            true, await shared.Two.Administration.WithdrawInvitationAsync(invitation.Number),
            "WithdrawInvitationAsync at the other server");
        Expect.Equal(false, await shared.One.Administration.IsInvitedAsync(code), "IsInvitedAsync after that");
    }

    public static async Task A_name_is_registered_once_at_both_servers(SharedScene shared)
    {
        LoginResult[] results = await AtOnce.RunAsync(
            Racers, i => shared[i].Database.CreateNewUserAsync(new Credentials("ada", $"password {i}")));
        int[] winners = [.. Enumerable.Range(0, Racers).Where(i => results[i].IsOk)];
        Expect.That(
            winners.Length == 1,
            $"{Racers} clients of two servers registered the same name at once, and {winners.Length} of them got Ok. Exactly one must.");
        foreach (AccountScene scene in (AccountScene[])[shared.One, shared.Two])
        {
            Expect.Sequence(["ada"], await scene.ListAsync(), "The accounts");
            await scene.ExpectLoginAsync("ada", $"password {winners[0]}");
        }
    }

    public static async Task An_invitation_is_used_once_at_both_servers(SharedScene shared)
    {
        (_, string code) = await shared.One.Administration.InviteAsync();
        LoginResult[] results = await AtOnce.RunAsync(
            Racers,
            i => shared[i].Administration.CreateInvitedUserAsync(new Credentials($"user{i}", AccountScene.Password) { Invitation = code }));
        Expect.Equal(1, results.Count(result => result.IsOk), "The number of registrations with one code at two servers");
        Expect.Equal(1, (await shared.One.ListAsync()).Length, "The number of accounts");
    }

    public static async Task A_password_is_changed_once_at_both_servers(SharedScene shared)
    {
        await shared.One.RegisterAsync("ada");
        UserAccount verified = await shared.Two.FindAsync("ada");
        LoginResult[] results = await AtOnce.RunAsync(
            Racers, i => shared[i].Administration.SetPasswordAsync("ada", $"password {i}", verified));
        Expect.Equal(1, results.Count(result => result.IsOk), "The number of changes of the same password at two servers");
        await shared.Two.ExpectLoginAsync("ada", $"password {Array.FindIndex(results, result => result.IsOk)}");
    }

    public static async Task A_key_is_added_once_at_both_servers(SharedScene shared)
    {
        await shared.One.RegisterAsync("ada");
        AddKeyResult[] results = await AtOnce.RunAsync(Racers, i => shared[i].Keys.AddKeyAsync("ada", $"key{i}", TestKey.Create(1)));
        Expect.Equal(1, results.Count(result => result == AddKeyResult.Added), "The number of times that one key was added at two servers");
        Expect.Equal(1, (await shared.Two.Keys.GetKeysAsync("ada"))?.Count, "The number of keys");
    }

    public static async Task Different_changes_at_both_servers_are_all_made(SharedScene shared)
    {
        for (int round = 0; round < 8; round++)
        {
            string name = $"user{round}";
            await shared.One.RegisterAsync(name);
            await AtOnce.RunAsync(
                async () => await shared.One.Administration.SetAdminAsync(name, true),
                async () => await shared.Two.Keys.AddKeyAsync(name, "laptop", TestKey.Create(1)),
                async () => await shared.One.Keys.AddKeyAsync(name, "phone", TestKey.Create(2)),
                async () => await shared.Two.Administration.SetPasswordAsync(name, "another"),
                async () => await shared.One.Database.LogConnectionAsync(name, AccountScene.Address(1)));
            Expect.Equal(true, (await shared.Two.FindAsync(name)).IsAdmin, "IsAdmin after changes at both servers");
            Expect.Equal(2, (await shared.One.Keys.GetKeysAsync(name))?.Count, "The number of keys after changes at both servers");
            await shared.One.ExpectLoginAsync(name, "another");
        }
    }
}
