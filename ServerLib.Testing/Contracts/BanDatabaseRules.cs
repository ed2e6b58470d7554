namespace ServerLib.Testing.Contracts;

/// <summary>The rules for <see cref="IBanDatabase"/>.</summary>
internal static class BanDatabaseRules
{
    private const int Racers = 12;

    public static async Task A_ban_is_stored_with_all_it_contains(AccountScene scene)
    {
        await ExpectAsync(scene);
        Ban[] bans =
        [
            New(scene, "Ada", TimeSpan.FromHours(1)), New(scene, "203.0.113.7"), New(scene, "203.0.113.0/24"), New(scene, "2001:db8::/64"),
            New(scene, "name:10.0.0.1"), New(scene, "10.0.0.1"), New(scene, "expired", TimeSpan.FromHours(-1)),
            New(scene, "'") with { Reason = "", CreatedBy = "" },
            New(scene, "Zo\u00eb") with { Reason = "It's \"spam\" \\ \ud83d\ude80; --", CreatedBy = "Zo\u00eb" },
        ];
        foreach (Ban ban in bans)
            await scene.Bans.AddBanAsync(ban);
        await ExpectAsync(scene, bans);
    }

    public static async Task A_new_ban_replaces_the_one_of_the_same_target(AccountScene scene)
    {
        foreach ((string target, string spelling) in ((string, string)[])
            [("Ada", "name:ADA"), ("2001:db8::1", "2001:0DB8:0::1"), ("203.0.113.7", "203.0.113.7/32")])
        {
            await scene.Bans.AddBanAsync(New(scene, target));
            scene.Time.Advance(TimeSpan.FromMinutes(1));
            Ban second = New(scene, spelling, TimeSpan.FromHours(2)) with { Reason = "again", CreatedBy = "bob" };
            await scene.Bans.AddBanAsync(second);
            await ExpectAsync(scene, second);
            Expect.Equal(true, await scene.Bans.RemoveBanAsync(target), $"RemoveBanAsync({Expect.Show(target)})");
        }
    }

    public static async Task A_ban_is_removed_by_each_spelling_of_its_target(AccountScene scene)
    {
        Ban other = New(scene, "bob");
        await scene.Bans.AddBanAsync(other);
        foreach ((string target, string spelling) in ((string, string)[])
            [("Ada", "name:ADA"), ("2001:db8::/64", "2001:0DB8::/64"), ("203.0.113.7", "203.0.113.7/32"), ("name:10.0.0.1", "NAME:10.0.0.1")])
        {
            await scene.Bans.AddBanAsync(New(scene, target));
            Expect.Equal(true, await scene.Bans.RemoveBanAsync(spelling), $"RemoveBanAsync({Expect.Show(spelling)})");
            Expect.Equal(false, await scene.Bans.RemoveBanAsync(spelling), $"The second RemoveBanAsync({Expect.Show(spelling)})");
        }

        await ExpectAsync(scene, other);
    }

    public static async Task A_range_and_an_address_in_it_are_two_bans(AccountScene scene)
    {
        Ban range = New(scene, "203.0.113.0/24");
        await scene.Bans.AddBanAsync(range);
        Expect.Equal(false, await scene.Bans.RemoveBanAsync("203.0.113.7"), "RemoveBanAsync of an address in a range");
        await scene.Bans.AddBanAsync(New(scene, "203.0.113.7"));
        Expect.Equal(true, await scene.Bans.RemoveBanAsync("203.0.113.7"), "RemoveBanAsync of the address");
        await ExpectAsync(scene, range);
    }

    public static async Task An_invalid_target_is_refused(AccountScene scene)
    {
        string[] texts = [.. AccountScene.OddTexts, "203.0.113.7/24", "127.0.0.1"];
        foreach (string target in texts.Where(text => !BanTarget.TryParse(text, out _, out _)))
        {
            string shown = Expect.Show(target);
            await Expect.ThrowsAsync<ServerLibException>(
                () => scene.Bans.AddBanAsync(New(scene, target)).AsTask(), $"AddBanAsync of {shown}");
            Expect.Equal(false, await scene.Bans.RemoveBanAsync(target), $"RemoveBanAsync({shown})");
        }

        await ExpectAsync(scene);
    }

    public static async Task Bans_at_the_same_time_are_all_stored(AccountScene scene)
    {
        Ban[] bans = [.. Enumerable.Range(0, Racers).Select(i => New(scene, $"203.0.113.{i}"))];
        await AtOnce.RunAsync(Racers, async i =>
        {
            await scene.Bans.AddBanAsync(bans[i]);
            return true;
        });
        await ExpectAsync(scene, bans);
    }

    public static async Task A_target_has_one_ban_after_several_at_the_same_time(AccountScene scene)
    {
        await AtOnce.RunAsync(Racers, async i =>
        {
            await scene.Bans.AddBanAsync(New(scene, i % 2 == 0 ? "ada" : "ADA"));
            return true;
        });
        Expect.Equal(1, (await scene.Bans.GetBansAsync()).Count, "The number of bans");
        bool[] removed = await AtOnce.RunAsync(Racers, _ => scene.Bans.RemoveBanAsync("ada"));
        Expect.Equal(1, removed.Count(was => was), "The number of calls that removed it");
    }

    public static async Task A_canceled_call_throws_and_changes_nothing(AccountScene scene)
    {
        Ban ban = New(scene, "ada");
        await scene.Bans.AddBanAsync(ban);
        await Expect.CanceledAsync(token => scene.Bans.GetBansAsync(token).AsTask(), "GetBansAsync");
        await Expect.CanceledAsync(token => scene.Bans.AddBanAsync(New(scene, "bob"), token).AsTask(), "AddBanAsync");
        await Expect.CanceledAsync(token => scene.Bans.RemoveBanAsync("ada", token).AsTask(), "RemoveBanAsync");
        await ExpectAsync(scene, ban);
    }

    private static Ban New(AccountScene scene, string target, TimeSpan? duration = null) =>
        new(target, scene.Time.GetUtcNow() + duration, "Spam.") { CreatedBy = "console", Since = scene.Time.GetUtcNow() };

    private static async Task ExpectAsync(AccountScene scene, params Ban[] expected) =>
        Expect.Sequence(
            expected.OrderBy(ban => ban.Target, StringComparer.Ordinal),
            (await scene.Bans.GetBansAsync()).OrderBy(ban => ban.Target, StringComparer.Ordinal),
            "The bans");
}
