namespace ServerLib.Testing.Contracts;

/// <summary>The rules for the events of <see cref="IMessageRouter"/>.</summary>
internal static class RouterEventRules
{
    public static async Task An_event_to_everyone_arrives_once_at_each_connection(RouterScene scene)
    {
        RouterUser[] users = await scene.ConnectAsync("ada", "bob", "carol", "ada");
        scene.ExpectDelivered(4, await users[0].Router.SendEventToAllAsync(RouterUser.News("all")), "an event to everyone");
        SendReport report = await users[0].Router.SendEventToAllAsync(RouterUser.News("except"), users[0].Connection);
        scene.ExpectDelivered(3, report, "an event to everyone except one");
        await EndAsync(users[0]);
        Expect.Sequence(["all"], await users[0].ReadEventsAsync(), "The events of the excepted connection");
        foreach (RouterUser user in users.Skip(1))
            Expect.Sequence(["all", "except"], await user.ReadEventsAsync(), "The events of the others");
    }

    public static async Task An_event_to_users_arrives_once_at_their_connections(RouterScene scene)
    {
        RouterUser[] users = await scene.ConnectAsync("ada", "bob", "carol", "ada");
        SendReport report = await users[0].Router.SendEventToUsersAsync(["ADA", "bob", "ada", "nobody"], RouterUser.News("hello"));
        scene.ExpectDelivered(3, report, "an event to two users");
        report = await users[0].Router.SendEventToUsersAsync([], RouterUser.News("none"));
        Expect.Equal(default, report, "The report of an event to no users");
        await EndAsync(users[0]);
        foreach (RouterUser user in users)
        {
            string[] expected = user.Connection.Alias == "carol" ? [] : ["hello"];
            Expect.Sequence(expected, await user.ReadEventsAsync(), $"The events of {user.Connection.Alias}");
        }
    }

    public static async Task An_event_to_a_group_arrives_once_at_each_member(RouterScene scene)
    {
        RouterUser[] users = await scene.ConnectAsync("ada", "bob", "carol");
        foreach (RouterUser member in users.Take(2))
            await member.Router.JoinAsync(member.Connection, "chess");
        IMessageRouter router = users[0].Router;
        scene.ExpectDelivered(2, await router.SendEventToGroupAsync("chess", RouterUser.News("group")), "an event to a group");
        await router.SendEventToGroupAsync("chess", RouterUser.News("except"), users[0].Connection);
        Expect.Equal(
            default, await router.SendEventToGroupAsync("empty", RouterUser.News("none")), "The report of an event to an empty group");
        await EndAsync(users[0]);
        Expect.Sequence(["group"], await users[0].ReadEventsAsync(), "The events of the excepted member");
        Expect.Sequence(["group", "except"], await users[1].ReadEventsAsync(), "The events of a member");
        Expect.Sequence([], await users[2].ReadEventsAsync(), "The events of another user");
    }

    public static async Task Events_of_one_sender_arrive_in_order(RouterScene scene)
    {
        const int Events = 300;
        RouterUser[] users = await scene.ConnectAsync("ada", "bob");
        foreach (RouterUser user in users)
            await user.Router.JoinAsync(user.Connection, "chess");
        for (int i = 0; i < Events; i++)
        {
            IMessageRouter router = users[0].Router;
            _ = (i % 3) switch
            {
                0 => await router.SendEventToAllAsync(RouterUser.News($"{i}")),
                1 => await router.SendEventToGroupAsync("chess", RouterUser.News($"{i}")),
                _ => await router.SendEventToUsersAsync(["ada", "bob"], RouterUser.News($"{i}")),
            };
        }

        await EndAsync(users[0]);
        foreach (RouterUser user in users)
            Expect.Sequence(Enumerable.Range(0, Events).Select(i => $"{i}"), await user.ReadEventsAsync(), "The events of one sender");
    }

    private static async Task EndAsync(RouterUser from) => await from.Router.SendEventToAllAsync(new EventMessage(RouterScene.Fence));
}
