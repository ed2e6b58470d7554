using System.Security.Cryptography;

namespace ServerLib.Testing.Contracts;

/// <summary>The rules for <see cref="IUserKeys"/>.</summary>
internal static class UserKeysRules
{
    private const int Racers = 12;

    // More than any account needs.
    private const int TooMany = 1_000;

    public static async Task Keys_are_added_listed_and_removed(AccountScene scene)
    {
        await scene.RegisterAsync("ada", "bob");
        DateTimeOffset now = scene.Time.GetUtcNow();
        await AddAsync(scene, "ADA", "laptop", 1);
        scene.Time.Advance(TimeSpan.FromMinutes(1));
        await AddAsync(scene, "ada", "phone", 2);
        var laptop = new UserKey("laptop", UserKey.FingerprintOf(TestKey.Create(1)), now);
        var phone = new UserKey("phone", UserKey.FingerprintOf(TestKey.Create(2)), now.AddMinutes(1));
        Expect.Sequence([laptop, phone], await ListAsync(scene, "Ada"), "The keys, oldest first,");
        Expect.Sequence([], await ListAsync(scene, "bob"), "The keys of another account");
        Expect.Equal(laptop, await scene.Keys.RemoveKeyAsync("ADA", "LAPTOP"), "The removed key");
        Expect.Equal(null, await scene.Keys.RemoveKeyAsync("ada", "laptop"), "The key that is removed again");
        Expect.Sequence([phone], await ListAsync(scene, "ada"), "The keys after the removal");
    }

    public static async Task A_key_logs_in_to_its_account(AccountScene scene)
    {
        await scene.RegisterAsync("Ada", "bob");
        await AddAsync(scene, "ada", "laptop", 1);
        await AddAsync(scene, "ada", "phone", 2);
        await ExpectLoginAsync(scene, "ADA", 2, "Ada", "phone");
        await ExpectLoginAsync(scene, "ada", 1, "Ada", "laptop");
        await ExpectNoLoginAsync(scene, "ada", TestKey.Create(3), "with an unknown key");
        await ExpectNoLoginAsync(scene, "ada", [], "without a key");
        await ExpectNoLoginAsync(scene, "bob", TestKey.Create(1), "with another account's key");
        await ExpectNoLoginAsync(scene, "bob", [], "without a key, to an account without keys");
        await ExpectNoLoginAsync(scene, "carol", TestKey.Create(1), "that is not registered");
        await scene.Keys.RemoveKeyAsync("ada", "laptop");
        await ExpectNoLoginAsync(scene, "ada", TestKey.Create(1), "with a removed key");
    }

    public static async Task A_login_sets_when_the_key_was_used(AccountScene scene)
    {
        await scene.RegisterAsync("ada");
        await AddAsync(scene, "ada", "laptop", 1);
        await AddAsync(scene, "ada", "phone", 2);
        scene.Time.Advance(TimeSpan.FromMinutes(5));
        await scene.LogInByKeyAsync("ada", TestKey.Create(2));
        await scene.Database.SaveAsync();
        DateTimeOffset?[] used = [.. (await ListAsync(scene, "ada")).Select(key => key.LastUsed)];
        Expect.Sequence([null, scene.Time.GetUtcNow()], used, "LastUsed of the unused and the used key");
    }

    public static async Task A_key_can_belong_to_several_accounts(AccountScene scene)
    {
        await scene.RegisterAsync("ada", "bob");
        await AddAsync(scene, "ada", "laptop", 1);
        await AddAsync(scene, "bob", "shared", 1);
        await ExpectLoginAsync(scene, "ada", 1, "ada", "laptop");
        await ExpectLoginAsync(scene, "bob", 1, "bob", "shared");
        await scene.Keys.RemoveKeyAsync("ada", "laptop");
        await ExpectLoginAsync(scene, "bob", 1, "bob", "shared");
    }

    public static async Task A_refused_key_has_a_reason_and_changes_nothing(AccountScene scene)
    {
        await scene.RegisterAsync("ada");
        await AddAsync(scene, "ada", "laptop", 1);
        await ExpectAsync(scene, AddKeyResult.NoSuchUser, "bob", "laptop", TestKey.Create(2));
        await ExpectAsync(scene, AddKeyResult.NameTaken, "ada", "LapTop", TestKey.Create(2));
        await ExpectAsync(scene, AddKeyResult.KnownKey, "ada", "phone", TestKey.Create(1));
        foreach (string name in (string[])["", "a b", "a\nb", "a\u001bb", "\ud800", new string('x', 33)])
            await ExpectAsync(scene, AddKeyResult.NameRefused, "ada", name, TestKey.Create(2));
        byte[] key = TestKey.Create(2);
        foreach (byte[] bad in (byte[][])[[], [0x30], key[..^1], [.. key, 0], TestKey.Create(2, bits: 1024), TestKey.Create(2, bits: 8200)])
            await ExpectAsync(scene, AddKeyResult.KeyRefused, "ada", "phone", bad);
        using (ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP256))
            await ExpectAsync(scene, AddKeyResult.KeyRefused, "ada", "phone", other.ExportSubjectPublicKeyInfo());
        Expect.Equal(1, (await ListAsync(scene, "ada")).Count, "The number of keys after that");
    }

    public static async Task A_key_is_the_same_in_each_encoding(AccountScene scene)
    {
        await scene.RegisterAsync("ada");
        Expect.Equal(
            AddKeyResult.Added,
            await scene.Keys.AddKeyAsync("ada", "laptop", TestKey.Create(1, withNull: false)),
            "The result for a key without parameters");
        await ExpectAsync(scene, AddKeyResult.KnownKey, "ada", "again", TestKey.Create(1));
        await ExpectLoginAsync(scene, "ada", 1, "ada", "laptop");
    }

    public static async Task The_bytes_of_a_key_can_be_reused(AccountScene scene)
    {
        await scene.RegisterAsync("ada");
        byte[] bytes = TestKey.Create(1);
        await scene.Keys.AddKeyAsync("ada", "laptop", bytes);
        Array.Clear(bytes);
        await ExpectLoginAsync(scene, "ada", 1, "ada", "laptop");
    }

    public static async Task An_account_has_a_maximum_number_of_keys(AccountScene scene)
    {
        await scene.RegisterAsync("ada", "bob");
        int count = await FillAsync(scene);
        await ExpectLoginAsync(scene, "ada", 0, "ada", "key0");
        await ExpectLoginAsync(scene, "ada", count - 1, "ada", $"key{count - 1}");
        await AddAsync(scene, "bob", "laptop", 1);
        await scene.Keys.RemoveKeyAsync("ada", "key0");
        await AddAsync(scene, "ada", "another", TooMany + 1);
    }

    public static async Task The_maximum_holds_when_keys_are_added_at_the_same_time(AccountScene scene)
    {
        await scene.RegisterAsync("ada");
        int count = await FillAsync(scene);
        await scene.Keys.RemoveKeyAsync("ada", "key0");
        AddKeyResult[] results = await AtOnce.RunAsync(
            Racers, i => scene.Keys.AddKeyAsync("ada", $"another{i}", TestKey.Create(TooMany + 1 + i)));
        Expect.Equal(
            1, results.Count(result => result == AddKeyResult.Added), "The number of keys that were added when there was room for one");
        Expect.Equal(count, (await ListAsync(scene, "ada")).Count, "The number of keys");
    }

    public static async Task A_name_and_a_key_are_added_once_at_the_same_time(AccountScene scene)
    {
        await scene.RegisterAsync("ada");
        AddKeyResult[] sameName = await AtOnce.RunAsync(
            Racers, i => scene.Keys.AddKeyAsync("ada", i % 2 == 0 ? "laptop" : "LAPTOP", TestKey.Create(i)));
        Expect.Equal(1, sameName.Count(result => result == AddKeyResult.Added), "The number of keys with the same name that were added");
        AddKeyResult[] sameKey = await AtOnce.RunAsync(Racers, i => scene.Keys.AddKeyAsync("ada", $"phone{i}", TestKey.Create(TooMany)));
        Expect.Equal(1, sameKey.Count(result => result == AddKeyResult.Added), "The number of times that the same key was added");
        Expect.Equal(2, (await ListAsync(scene, "ada")).Count, "The number of keys");
    }

    public static async Task Different_keys_are_all_added_at_the_same_time(AccountScene scene)
    {
        const int Keys = 8;
        await scene.RegisterAsync("ada");
        AddKeyResult[] results = await AtOnce.RunAsync(Keys, i => scene.Keys.AddKeyAsync("ada", $"key{i}", TestKey.Create(i)));
        Expect.Equal(Keys, results.Count(result => result == AddKeyResult.Added), "The number of keys that were added");
        Expect.Equal(Keys, (await ListAsync(scene, "ada")).Count, "The number of keys that are listed");
        UserKey?[] removed = await AtOnce.RunAsync(Racers, _ => scene.Keys.RemoveKeyAsync("ada", "key3"));
        Expect.Equal(1, removed.Count(key => key is not null), "The number of calls that removed the same key");
        Expect.Equal(Keys - 1, (await ListAsync(scene, "ada")).Count, "The number of keys after that");
    }

    public static async Task A_locked_account_does_not_log_in_by_key(AccountScene scene)
    {
        await scene.RegisterAsync("ada");
        await AddAsync(scene, "ada", "laptop", 1);
        await scene.Administration.SetLockedAsync("ada", true);
        await ExpectNoLoginAsync(scene, "ada", TestKey.Create(1), "while the account is locked");
        await scene.Database.SaveAsync();
        Expect.Equal(null, (await ListAsync(scene, "ada")).Single().LastUsed, "LastUsed after a login that failed");
        await scene.Administration.SetLockedAsync("ada", false);
        await ExpectLoginAsync(scene, "ada", 1, "ada", "laptop");
    }

    public static async Task The_keys_of_a_removed_account_are_gone(AccountScene scene)
    {
        await scene.RegisterAsync("ada");
        await AddAsync(scene, "ada", "laptop", 1);
        await scene.Administration.RemoveAccountAsync("ada");
        Expect.Equal(null, await scene.Keys.GetKeysAsync("ada"), "The keys of a removed account");
        await ExpectNoLoginAsync(scene, "ada", TestKey.Create(1), "after the removal");
        await scene.RegisterAsync("ada");
        Expect.Sequence([], await ListAsync(scene, "ada"), "The keys of a new account with the same name");
        await ExpectNoLoginAsync(scene, "ada", TestKey.Create(1), "with a key of the removed account");
    }

    public static async Task Any_text_can_be_sent_as_a_name(AccountScene scene)
    {
        await scene.RegisterAsync("ada");
        await AddAsync(scene, "ada", "laptop", 1);
        foreach (string name in AccountScene.OddTexts)
        {
            string shown = Expect.Show(name);
            Expect.Equal(null, await scene.Keys.GetKeysAsync(name), $"GetKeysAsync({shown})");
            await ExpectNoLoginAsync(scene, name, TestKey.Create(1), "that is not registered");
            await ExpectAsync(scene, AddKeyResult.NoSuchUser, name, "laptop", TestKey.Create(1));
            Expect.Equal(null, await scene.Keys.RemoveKeyAsync(name, "laptop"), $"RemoveKeyAsync({shown}, \"laptop\")");
            Expect.Equal(null, await scene.Keys.RemoveKeyAsync("ada", name), $"RemoveKeyAsync(\"ada\", {shown})");
        }

        Expect.Equal(1, (await ListAsync(scene, "ada")).Count, "The number of keys after that");
    }

    public static async Task A_canceled_call_throws_and_changes_nothing(AccountScene scene)
    {
        await scene.RegisterAsync("ada");
        await AddAsync(scene, "ada", "laptop", 1);
        byte[] key = TestKey.Create(2);
        var credentials = new Credentials("ada", "") { IsByKey = true, ProvenKey = TestKey.Create(1) };
        await Expect.CanceledAsync(token => scene.Keys.GetKeysAsync("ada", token).AsTask(), "GetKeysAsync");
        await Expect.CanceledAsync(token => scene.Keys.AddKeyAsync("ada", "phone", key, token).AsTask(), "AddKeyAsync");
        await Expect.CanceledAsync(token => scene.Keys.RemoveKeyAsync("ada", "laptop", token).AsTask(), "RemoveKeyAsync");
        await Expect.CanceledAsync(token => scene.Keys.AuthenticateKeyAsync(credentials, token).AsTask(), "AuthenticateKeyAsync");
        Expect.Equal("laptop", (await ListAsync(scene, "ada")).Single().Name, "The only key after that");
    }

    private static Task AddAsync(AccountScene scene, string user, string name, int key) =>
        ExpectAsync(scene, AddKeyResult.Added, user, name, TestKey.Create(key));

    private static async Task ExpectAsync(AccountScene scene, AddKeyResult expected, string user, string name, byte[] key) =>
        Expect.Equal(
            expected,
            await scene.Keys.AddKeyAsync(user, name, key),
            $"The result of adding a key of {key.Length} bytes with the name {Expect.Show(name)} to {Expect.Show(user)}");

    private static async Task<IReadOnlyList<UserKey>> ListAsync(AccountScene scene, string user) =>
        Expect.NotNull(await scene.Keys.GetKeysAsync(user), $"GetKeysAsync({Expect.Show(user)})");

    private static async Task ExpectLoginAsync(AccountScene scene, string name, int key, string alias, string keyName)
    {
        LoginResult result = await scene.LogInByKeyAsync(name, TestKey.Create(key));
        Expect.Equal(LoginCode.Ok, result.Code, $"The result of a login by key as {Expect.Show(name)}");
        Expect.Equal(alias, result.Alias, $"The alias after a login by key as {Expect.Show(name)}");
        Expect.Equal(keyName, result.KeyName, $"The key's name after a login by key as {Expect.Show(name)}");
    }

    private static async Task ExpectNoLoginAsync(AccountScene scene, string name, byte[] key, string why) =>
        Expect.Equal(
            LoginCode.Failure, (await scene.LogInByKeyAsync(name, key)).Code, $"The result of a login by key as {Expect.Show(name)} {why}");

    /// <summary>Adds keys until the account has as many as it can have.</summary>
    private static async Task<int> FillAsync(AccountScene scene)
    {
        for (int count = 0; count < TooMany; count++)
        {
            AddKeyResult result = await scene.Keys.AddKeyAsync("ada", $"key{count}", TestKey.Create(count));
            if (result == AddKeyResult.TooMany && count > 0)
                return count;
            Expect.Equal(AddKeyResult.Added, result, $"The result of adding key {count + 1}");
        }

        throw new ContractException($"An account has {TooMany} keys, and no limit. Each key makes logins by key slower, and needs space.");
    }
}
