using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ServerLib.Testing.Contracts;

/// <summary>The rules for the groups of <see cref="IMessageRouter"/>, and for who is online.</summary>
internal static class RouterGroupRules
{
    public static async Task Members_of_a_group_get_its_messages(RouterScene scene)
    {
        RouterUser[] users = await scene.ConnectAsync("ada", "bob", "carol", "bob");
        foreach (RouterUser member in (RouterUser[])[users[0], users[1]])
            Expect.Equal(true, await member.Router.JoinAsync(member.Connection, "chess"), "JoinAsync");
        scene.ExpectDelivered(2, await users[2].Router.SendToGroupAsync("chess", RouterScene.Sender, "one"), "a message to a group");
        await users[2].Router.SendToGroupAsync("CHESS", RouterScene.Sender, "another group, because names of groups are case-sensitive");
        Expect.Equal(true, await users[0].Router.LeaveAsync(users[0].Connection, "chess"), "LeaveAsync");
        await users[2].Router.SendToGroupAsync("chess", RouterScene.Sender, "two");
        await RouterScene.EndAsync(users[2]);
        Expect.Sequence(["Group in chess: one"], await users[0].ReadAsync(RouterScene.Sender), "What a member receives who left");
        Expect.Sequence(
            ["Group in chess: one", "Group in chess: two"], await users[1].ReadAsync(RouterScene.Sender), "What a member receives");
        Expect.Sequence([], await users[2].ReadAsync(RouterScene.Sender), "What another user receives");
        Expect.Sequence([], await users[3].ReadAsync(RouterScene.Sender), "What another connection of a member's user receives");
    }

    public static async Task A_connection_joins_and_leaves_a_group_once(RouterScene scene)
    {
        RouterUser[] users = await scene.ConnectAsync("ada", "bob");
        (IMessageRouter router, Connection ada) = (users[0].Router, users[0].Connection);
        Expect.Equal(false, await router.IsMemberAsync(ada, "chess"), "IsMemberAsync before JoinAsync");
        Expect.Equal(false, await router.LeaveAsync(ada, "chess"), "LeaveAsync before JoinAsync");
        Expect.Equal(true, await router.JoinAsync(ada, "chess"), "JoinAsync");
        Expect.Equal(true, await router.JoinAsync(ada, "chess"), "The second JoinAsync");
        Expect.Equal(true, await router.IsMemberAsync(ada, "chess"), "IsMemberAsync after JoinAsync");
        Expect.Equal(false, await router.IsMemberAsync(ada, "Chess"), "IsMemberAsync of a group with another spelling");
        Expect.Equal(false, await users[1].Router.IsMemberAsync(users[1].Connection, "chess"), "IsMemberAsync of another connection");
        await users[1].Router.SendToGroupAsync("chess", RouterScene.Sender, "hello");
        await RouterScene.EndAsync(users[1]);
        Expect.Sequence(
            ["Group in chess: hello"], await users[0].ReadAsync(RouterScene.Sender), "What a member receives that has joined twice");
        Expect.Equal(true, await router.LeaveAsync(ada, "chess"), "LeaveAsync");
        Expect.Equal(false, await router.LeaveAsync(ada, "chess"), "The second LeaveAsync");
        Expect.Equal(false, await router.IsMemberAsync(ada, "chess"), "IsMemberAsync after LeaveAsync");
    }

    public static async Task A_group_needs_a_valid_name(RouterScene scene)
    {
        RouterUser ada = (await scene.ConnectAsync("ada"))[0];
        foreach (string invalid in (string[])["", "a\nb", "\0", "\u202echess", new string('x', 256), new string('\u00e9', 128)])
        {
            Expect.Equal(false, await ada.Router.JoinAsync(ada.Connection, invalid), $"JoinAsync with the group {Expect.Show(invalid)}");
            Expect.Equal(
                false, await ada.Router.IsMemberAsync(ada.Connection, invalid), $"IsMemberAsync with the group {Expect.Show(invalid)}");
            Expect.Equal(false, await ada.Router.LeaveAsync(ada.Connection, invalid), $"LeaveAsync with the group {Expect.Show(invalid)}");
        }

        foreach (string valid in (string[])["x", " ", "a b", "*", "chess:*", "'", new string('x', 255), "\u00e9\ud83d\ude80"])
        {
            Expect.Equal(true, await ada.Router.JoinAsync(ada.Connection, valid), $"JoinAsync with the group {Expect.Show(valid)}");
            await ada.Router.SendToGroupAsync(valid, RouterScene.Sender, "hello");
            await RouterScene.EndAsync(ada);
            Expect.Sequence(
                [$"Group in {valid}: hello"], await ada.ReadAsync(RouterScene.Sender), $"What a member of {Expect.Show(valid)} receives");
        }
    }

    public static async Task A_connection_joins_a_limited_number_of_groups(RouterScene scene)
    {
        RouterUser[] users = await scene.ConnectAsync("ada", "bob");
        (IMessageRouter router, Connection ada) = (users[0].Router, users[0].Connection);
        int max = scene.Services.GetRequiredService<IOptions<ServerOptions>>().Value.Limits.MaxGroupsPerConnection;
        for (int i = 0; i < max; i++)
            Expect.Equal(true, await router.JoinAsync(ada, $"group{i}"), $"JoinAsync with group {i + 1} of at most {max}");
        Expect.Equal(false, await router.JoinAsync(ada, "another"), $"JoinAsync after MaxGroupsPerConnection ({max}) groups");
        Expect.Equal(true, await router.JoinAsync(ada, "group0"), "JoinAsync with a group that the connection is in already");
        Expect.Equal(true, await users[1].Router.JoinAsync(users[1].Connection, "another"), "JoinAsync of another connection");
        await router.LeaveAsync(ada, "group0");
        Expect.Equal(true, await router.JoinAsync(ada, "another"), "JoinAsync after LeaveAsync");
    }

    public static async Task A_connection_leaves_all_groups_at_once(RouterScene scene)
    {
        RouterUser[] users = await scene.ConnectAsync("ada", "bob");
        (IMessageRouter router, Connection ada) = (users[0].Router, users[0].Connection);
        Expect.Sequence([], await router.LeaveAllAsync(ada), "The groups of a connection that is in none");
        await router.JoinAsync(ada, "chess");
        await router.JoinAsync(ada, "go");
        await users[1].Router.JoinAsync(users[1].Connection, "go");
        Expect.Sequence(
            ["chess", "go"], (await router.LeaveAllAsync(ada)).Order(StringComparer.Ordinal), "The groups that LeaveAllAsync returns");
        Expect.Equal(false, await router.IsMemberAsync(ada, "chess"), "IsMemberAsync after LeaveAllAsync");
        await router.SendToGroupAsync("go", RouterScene.Sender, "hello");
        await RouterScene.EndAsync(users[0]);
        Expect.Sequence([], await users[0].ReadAsync(RouterScene.Sender), "What a connection receives that has left");
        Expect.Sequence(["Group in go: hello"], await users[1].ReadAsync(RouterScene.Sender), "What another member receives");
    }

    public static async Task A_connection_that_has_ended_is_in_no_group(RouterScene scene)
    {
        RouterUser[] users = await scene.ConnectAsync("ada", "bob", "carol");
        foreach (RouterUser user in users)
            await user.Router.JoinAsync(user.Connection, "chess");
        await users[0].DisposeAsync();
        Expect.Equal(false, await users[0].Router.JoinAsync(users[0].Connection, "chess"), "JoinAsync of a connection that has ended");
        Expect.Equal(
            false, await users[0].Router.IsMemberAsync(users[0].Connection, "chess"), "IsMemberAsync of a connection that has ended");
        Expect.Sequence([], await users[0].Router.LeaveAllAsync(users[0].Connection), "The groups of a connection that has ended");

        // What the ended connection's server sends after that comes after the news that it has ended.
        await RouterScene.EndAsync(users[0]);
        await users[1].ReadAsync(RouterScene.Sender);
        Expect.Sequence(["bob", "carol"], await ListAsync(users[1], "chess"), "The users of the group");
        scene.ExpectDelivered(2, await users[1].Router.SendToGroupAsync("chess", "yan", "hello"), "a message to the group");
    }

    public static async Task Every_user_who_is_online_is_listed_once(RouterScene scene)
    {
        RouterUser[] users = await scene.ConnectAsync("Zo\u00eb", "ada", "bob", "ada", "Zo\u00eb");
        foreach (RouterUser user in users.Where(user => user.Connection.Alias != "bob"))
            await user.Router.JoinAsync(user.Connection, "chess");
        foreach (RouterUser user in users)
        {
            Expect.Sequence(["Zo\u00eb", "ada", "bob"], await ListAsync(user), "The users who are online");
            Expect.Sequence(["Zo\u00eb", "ada"], await ListAsync(user, "chess"), "The users of the group");
            foreach (string group in AccountScene.OddTexts.Append("Chess"))
                Expect.Sequence([], await ListAsync(user, group), $"The users of the group {Expect.Show(group)}");
        }
    }

    public static async Task A_user_is_online_until_the_last_connection_ends(RouterScene scene)
    {
        RouterUser[] users = await scene.ConnectAsync("ada", "ada", "bob", "bob");
        await users[0].DisposeAsync();
        await RouterScene.EndAsync(users[0]);
        await users[2].ReadAsync(RouterScene.Sender);
        Expect.Sequence(["ada", "bob"], await ListAsync(users[2]), "The users who are online after one of two connections has ended");
        await users[1].DisposeAsync();
        await RouterScene.EndAsync(users[1]);
        await users[2].ReadAsync(RouterScene.Sender);
        Expect.Sequence(["bob"], await ListAsync(users[2]), "The users who are online after both connections have ended");
        Expect.Equal(
            default, await users[2].Router.SendToUserAsync("ada", RouterScene.Sender, "hello"),
            "The report of a message to a user who is offline");
    }

    private static async Task<string[]> ListAsync(RouterUser at, string? group = null) =>
        [.. (await at.Router.GetUsersAsync(group)).Order(StringComparer.Ordinal)];
}
