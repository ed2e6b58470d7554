using System.Text.Json;

namespace ServerLib.Testing.Contracts;

/// <summary>The rules for the methods of <see cref="IUserDatabase"/> that have a default: statistics, and the export that shows them.</summary>
internal static class UserStatisticsRules
{
    public static async Task The_audit_of_an_empty_database_has_no_users(AccountScene scene) =>
        Expect.Equal(0, (await AuditAsync(scene)).Count, "The number of users");

    public static async Task The_audit_shows_each_account_without_its_password(AccountScene scene)
    {
        await scene.RegisterAsync("ada", "Zo\u00eb", "'", "\\");
        await scene.Database.AuthenticateUserAsync(new Credentials("ada", "wrong", AccountScene.Address(7)));
        await scene.Database.LogConnectionAsync("ZO\u00cb", AccountScene.Address(8));
        Dictionary<string, JsonElement> users = await AuditAsync(scene);
        Expect.Sequence(["ada", "Zo\u00eb", "'", "\\"], users.Keys, "The users, in the order of their registration,");
        foreach ((string name, JsonElement user) in users)
        {
            Expect.Equal(name, user.GetProperty("alias").GetString(), $"alias of {name}");
            JsonElement credentials = user.GetProperty("credentials");
            Expect.Equal(name, credentials.GetProperty("username").GetString(), $"credentials.username of {name}");
            Expect.Equal("", credentials.GetProperty("password").GetString(), $"credentials.password of {name}");
            Expect.Equal("[\"203.0.113.7\",1]", Compact(credentials.GetProperty("ip_addr")), $"credentials.ip_addr of {name}");
        }

        JsonElement ada = users["ada"].GetProperty("ip_ledger");
        Expect.Equal("[[\"203.0.113.7\",7]]", Compact(ada.GetProperty("addr_list_ATTEMPT")), "ip_ledger.addr_list_ATTEMPT of ada");
        Expect.Equal("[]", Compact(ada.GetProperty("addr_list_SUCCESS")), "ip_ledger.addr_list_SUCCESS of ada");
        Expect.Equal("\"\"", Compact(ada.GetProperty("addr_active")), "ip_ledger.addr_active of ada");
        JsonElement zoe = users["Zo\u00eb"].GetProperty("ip_ledger");
        Expect.Equal("[[\"203.0.113.7\",8]]", Compact(zoe.GetProperty("addr_list_SUCCESS")), "ip_ledger.addr_list_SUCCESS of Zo\u00eb");
        Expect.Equal("[\"203.0.113.7\",8]", Compact(zoe.GetProperty("addr_active")), "ip_ledger.addr_active of Zo\u00eb");
    }

    public static async Task Logons_logoffs_and_broadcasts_are_counted(AccountScene scene)
    {
        await scene.RegisterAsync("ada", "bob");
        await scene.Database.LogConnectionAsync("ada", AccountScene.Address(1));
        await scene.Database.LogConnectionAsync("ADA", AccountScene.Address(2));
        await scene.Database.LogDisconnectionAsync("Ada");
        await scene.Database.UpdateStatsAsync("ADA", 3);
        await scene.Database.UpdateStatsAsync("ada", 4);
        await ExpectNumbersAsync(scene, "ada", active: 1, broadcasts: 7, logons: 2, logoffs: 1);
        await ExpectNumbersAsync(scene, "bob", active: 0, broadcasts: 0, logons: 0, logoffs: 0);
        Expect.Equal(
            "\"\"", Compact((await AuditAsync(scene))["ada"].GetProperty("ip_ledger").GetProperty("addr_active")), "addr_active after a logoff");
    }

    public static async Task A_logoff_without_a_logon_is_ignored(AccountScene scene)
    {
        await scene.RegisterAsync("ada");
        await scene.Database.LogDisconnectionAsync("ada");
        await ExpectNumbersAsync(scene, "ada", active: 0, broadcasts: 0, logons: 0, logoffs: 0);
    }

    public static async Task A_purge_logs_off_all_active_connections(AccountScene scene)
    {
        await scene.RegisterAsync("ada", "bob", "carol");
        await scene.Database.LogConnectionAsync("ada", AccountScene.Address(1));
        await scene.Database.LogConnectionAsync("ada", AccountScene.Address(2));
        await scene.Database.LogConnectionAsync("bob", AccountScene.Address(3));
        await scene.Database.PurgeAsync();
        await scene.Database.PurgeAsync();
        await ExpectNumbersAsync(scene, "ada", active: 0, broadcasts: 0, logons: 2, logoffs: 2);
        await ExpectNumbersAsync(scene, "bob", active: 0, broadcasts: 0, logons: 1, logoffs: 1);
        await ExpectNumbersAsync(scene, "carol", active: 0, broadcasts: 0, logons: 0, logoffs: 0);
    }

    public static async Task Counts_at_the_same_time_add_up(AccountScene scene)
    {
        const int Calls = 40;
        await scene.RegisterAsync("ada");
        await AtOnce.RunAsync(Calls, async i =>
        {
            await scene.Database.LogConnectionAsync("ada", AccountScene.Address(i + 1));
            await scene.Database.UpdateStatsAsync("ada", i);
            if (i % 2 == 0)
                await scene.Database.LogDisconnectionAsync("ada");
            return true;
        });
        await ExpectNumbersAsync(scene, "ada", active: Calls / 2, broadcasts: Calls * (Calls - 1) / 2, logons: Calls, logoffs: Calls / 2);
    }

    public static async Task A_canceled_audit_throws(AccountScene scene)
    {
        await scene.RegisterAsync("ada");
        using var output = new MemoryStream();
        await Expect.CanceledAsync(token => scene.Database.AuditAsync(output, token).AsTask(), "AuditAsync");
    }

    private static async Task ExpectNumbersAsync(AccountScene scene, string name, long active, long broadcasts, long logons, long logoffs)
    {
        JsonElement numbers = (await AuditAsync(scene))[name].GetProperty("statistics");
        foreach ((string number, long value) in (ReadOnlySpan<(string, long)>)
            [
                ("active_connections", active), ("successful_broadcast_count", broadcasts), ("logon_count", logons), ("logoff_count", logoffs),
            ])
        {
            Expect.Equal(value, numbers.GetProperty(number).GetInt64(), $"statistics.{number} of {name}");
        }
    }

    private static async Task<Dictionary<string, JsonElement>> AuditAsync(AccountScene scene)
    {
        using var output = new MemoryStream();
        await scene.Database.AuditAsync(output);
        Expect.That(output.CanWrite, "AuditAsync must leave the stream open.");
        output.Position = 0;
        using JsonDocument json = await JsonDocument.ParseAsync(output);
        return json.RootElement.GetProperty("users").EnumerateObject().ToDictionary(user => user.Name, user => user.Value.Clone());
    }

    private static string Compact(JsonElement element) => JsonSerializer.Serialize(element);
}
