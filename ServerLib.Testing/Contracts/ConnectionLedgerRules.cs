using System.Security.Cryptography;

namespace ServerLib.Testing.Contracts;

/// <summary>The rules for <see cref="IConnectionLedger"/>.</summary>
internal static class ConnectionLedgerRules
{
    private const int Racers = 32;

    public static Task A_connection_can_be_found_after_it_was_added(LedgerScene scene)
    {
        scene.ExpectOnly();
        Connection[] added = scene.Add("ada", "bob", "carol");
        scene.ExpectOnly(added);
        return Task.CompletedTask;
    }

    public static Task A_user_is_found_by_each_spelling_of_the_name(LedgerScene scene)
    {
        Connection zoe = scene.Add("Zo\u00eb", "bob")[0];
        foreach (string spelling in (string[])["Zo\u00eb", "ZO\u00cb", "zoe\u0308"])
            Expect.Sequence([zoe], scene.Ledger.Find(spelling), $"Find({Expect.Show(spelling)})");
        return Task.CompletedTask;
    }

    public static Task A_user_can_have_several_connections(LedgerScene scene)
    {
        Connection[] added = scene.Add("ada", "ADA", "bob");
        scene.ExpectOnly(added);
        Expect.Equal(2, scene.Ledger.Find("Ada").Count, "The number of connections of the user");
        scene.Ledger.Remove(added[0]);
        Expect.Sequence([added[1]], scene.Ledger.Find("ada"), "The connections of the user after one was removed");
        return Task.CompletedTask;
    }

    public static async Task A_connection_is_added_once(LedgerScene scene)
    {
        Connection[] added = scene.Add("ada", "bob");
        await Expect.ThrowsAsync<ServerLibException>(() => AddAsync(scene, added[0]), "Add of a connection that is on the ledger");
        scene.ExpectOnly(added);
        Connection other = scene.Connect("carol")[0];
        int times = (await AtOnce.RunAsync(Racers, _ => new ValueTask<bool>(TryAdd(scene, other)))).Count(was => was);
        Expect.Equal(1, times, "The number of calls that added the same connection at the same time");
        scene.ExpectOnly([.. added, other]);
    }

    public static async Task A_connection_is_removed_once_and_stays_open(LedgerScene scene)
    {
        Connection[] added = scene.Add("ada", "bob");
        Expect.Equal(true, scene.Ledger.Remove(added[0]), "Remove");
        Expect.Equal(false, scene.Ledger.Remove(added[0]), "The second Remove");
        Expect.Equal(false, scene.Ledger.Remove(scene.Connect("carol")[0]), "Remove of a connection that was never added");
        Expect.Equal(DisconnectReason.None, added[0].Reason, "Reason of the removed connection");
        Expect.Equal(0, scene.Ledger.Find("ada").Count, "The number of connections of a user who was removed");
        scene.ExpectOnly(added[1]);
        bool[] removed = await AtOnce.RunAsync(Racers, _ => new ValueTask<bool>(scene.Ledger.Remove(added[1])));
        Expect.Equal(1, removed.Count(was => was), "The number of calls that removed the same connection at the same time");
        scene.ExpectOnly();
    }

    public static Task A_removed_connection_can_be_added_again(LedgerScene scene)
    {
        Connection ada = scene.Add("ada")[0];
        scene.Ledger.Remove(ada);
        scene.Ledger.Add(ada);
        scene.ExpectOnly(ada);
        return Task.CompletedTask;
    }

    public static Task The_connections_of_a_user_are_a_snapshot(LedgerScene scene)
    {
        Connection[] added = scene.Add("ada", "ada");
        IReadOnlyCollection<Connection> found = scene.Ledger.Find("ada");
        scene.Ledger.Remove(added[0]);
        scene.Add("ada");
        Expect.Sequence(
            added.Select(each => each.Id).Order(), found.Select(each => each.Id).Order(), "The ids of what Find returned before");
        return Task.CompletedTask;
    }

    public static async Task Connections_come_and_go_at_the_same_time(LedgerScene scene)
    {
        Connection[] stay = scene.Add([.. Enumerable.Range(0, Racers).Select(i => $"stay{i}")]);
        Connection[] come = scene.Connect([.. Enumerable.Range(0, Racers).Select(i => $"come{i % 3}")]);
        await AtOnce.RunAsync(Racers * 2, i =>
        {
            if (i >= Racers)
            {
                long[] seen = [.. scene.Ledger.Connections.Select(connection => connection.Id)];
                Expect.That(
                    stay.All(connection => seen.Contains(connection.Id)),
                    "Connections must contain all that stay while others come and go.");
                return new ValueTask<bool>(true);
            }

            scene.Ledger.Add(come[i]);
            Expect.That(scene.Ledger.Find(come[i].Alias).Contains(come[i]), "Find must contain a connection when Add has returned.");
            return new ValueTask<bool>(i % 2 == 0 || scene.Ledger.Remove(come[i]));
        });
        scene.ExpectOnly([.. stay, .. come.Where((_, i) => i % 2 == 0)]);
    }

    public static async Task The_key_of_a_client_is_set(LedgerScene scene)
    {
        Connection[] added = scene.Add("ada", "bob");
        RSA key = RSA.Create();
        key.ImportSubjectPublicKeyInfo(TestKey.Create(1), out _);
        scene.Ledger.UpdateKey(added[0], key);
        Expect.That(ReferenceEquals(key, added[0].Client.PublicKey), "UpdateKey must set Connection.Client.PublicKey.");
        Expect.Equal(null, added[1].Client.PublicKey, "The key of another client");
        Connection other = scene.Connect("carol")[0];
        await Expect.ThrowsAsync<ServerLibException>(
            () =>
            {
                scene.Ledger.UpdateKey(other, key);
                return Task.CompletedTask;
            },
            "UpdateKey for a connection that is not on the ledger");
    }

    public static Task Any_text_can_be_looked_for(LedgerScene scene)
    {
        scene.Add("ada");
        foreach (string name in AccountScene.OddTexts)
            Expect.Equal(0, scene.Ledger.Find(name).Count, $"The number of connections of {Expect.Show(name)}");
        return Task.CompletedTask;
    }

    public static Task A_purge_removes_all_connections_and_leaves_them_open(LedgerScene scene)
    {
        Connection[] added = scene.Add("ada", "ada", "bob");
        scene.Ledger.Purge();
        scene.ExpectOnly();
        Expect.Equal(0, scene.Ledger.Find("ada").Count, "The number of connections of a user after Purge");
        Expect.That(added.All(each => each.Reason == DisconnectReason.None), "Purge must leave the connections open.");
        scene.Ledger.Purge();
        Connection[] again = scene.Add("carol");
        scene.ExpectOnly(again);
        return Task.CompletedTask;
    }

    private static Task AddAsync(LedgerScene scene, Connection connection)
    {
        scene.Ledger.Add(connection);
        return Task.CompletedTask;
    }

    private static bool TryAdd(LedgerScene scene, Connection connection)
    {
        try
        {
            scene.Ledger.Add(connection);
            return true;
        }
        catch (ServerLibException)
        {
            return false;
        }
    }
}
