namespace ServerLib.Testing.Contracts;

/// <summary>The rules for the messages of <see cref="IMessageRouter"/>.</summary>
internal static class MessageRouterRules
{
    public static async Task A_message_to_everyone_arrives_once_at_each_connection(RouterScene scene)
    {
        RouterUser[] users = await scene.ConnectAsync("ada", "bob", "carol", "ada");
        SendReport report = await users[0].Router.SendToAllAsync(RouterScene.Sender, "hello");
        scene.ExpectDelivered(4, report, "a message to everyone");
        await RouterScene.EndAsync(users[0]);
        foreach (RouterUser user in users)
            Expect.Sequence(["Message: hello"], await user.ReadAsync(RouterScene.Sender), "What each connection receives");
    }

    public static async Task The_excepted_connection_does_not_get_the_message(RouterScene scene)
    {
        RouterUser[] users = await scene.ConnectAsync("ada", "bob", "ada");
        foreach (RouterUser user in users)
            Expect.Equal(true, await user.Router.JoinAsync(user.Connection, "chess"), "JoinAsync");
        RouterUser excepted = users[0];
        SendReport report = await excepted.Router.SendToAllAsync(RouterScene.Sender, "all", excepted.Connection);
        scene.ExpectDelivered(2, report, "a message to everyone except one");
        report = await excepted.Router.SendToGroupAsync("chess", RouterScene.Sender, "group", excepted.Connection);
        scene.ExpectDelivered(2, report, "a message to a group except one");
        await RouterScene.EndAsync(excepted);
        Expect.Sequence([], await excepted.ReadAsync(RouterScene.Sender), "What the excepted connection receives");
        foreach (RouterUser user in users.Skip(1))
            Expect.Sequence(
                ["Message: all", "Group in chess: group"], await user.ReadAsync(RouterScene.Sender), "What the other connections receive");
    }

    public static async Task Messages_of_one_sender_arrive_in_order(RouterScene scene)
    {
        const int Messages = 300;
        RouterUser[] users = await scene.ConnectAsync("ada", "bob", "carol");
        foreach (RouterUser user in users)
            await user.Router.JoinAsync(user.Connection, "chess");
        for (int i = 0; i < Messages; i++)
        {
            IMessageRouter router = users[0].Router;
            _ = (i % 3) switch
            {
                0 => await router.SendToAllAsync(RouterScene.Sender, $"{i}"),
                1 => await router.SendToGroupAsync("chess", RouterScene.Sender, $"{i}"),
                _ => await router.SendToUsersAsync(["ada", "bob", "carol"], RouterScene.Sender, $"{i}"),
            };
        }

        await RouterScene.EndAsync(users[0]);
        foreach (RouterUser user in users)
        {
            IEnumerable<string> numbers = (await user.ReadUntilFencesAsync(RouterScene.Sender)).Select(message => message.Text);
            Expect.Sequence(Enumerable.Range(0, Messages).Select(i => $"{i}"), numbers, "The messages of one sender");
        }
    }

    public static async Task Senders_at_the_same_time_keep_their_own_order(RouterScene scene)
    {
        const int Messages = 60;
        string[] senders = ["zoe", "yan", "xia", "wim"];
        RouterUser[] users = await scene.ConnectAsync("ada", "bob", "carol", "dan");
        await AtOnce.RunAsync(senders.Length, async sender =>
        {
            for (int i = 0; i < Messages; i++)
                await users[sender].Router.SendToAllAsync(senders[sender], $"{i}");
            await RouterScene.EndAsync(users[sender], senders[sender]);
            return true;
        });
        foreach (RouterUser user in users)
        {
            List<ReceivedMessage> messages = await user.ReadUntilFencesAsync(senders);
            foreach (string sender in senders)
            {
                IEnumerable<string> own = messages.Where(message => message.Sender == sender).Select(message => message.Text);
                Expect.Sequence(
                    Enumerable.Range(0, Messages).Select(i => $"{i}"), own, $"The messages of {sender}, one of several senders at once,");
            }
        }
    }

    public static async Task A_user_gets_a_message_at_all_connections(RouterScene scene)
    {
        RouterUser[] users = await scene.ConnectAsync("Zo\u00eb", "bob", "bob", "Zo\u00eb");
        SendReport report = await users[1].Router.SendToUserAsync("ZO\u00cb", RouterScene.Sender, "hello");
        scene.ExpectDelivered(2, report, "a message to a user with two connections");
        await RouterScene.EndAsync(users[1]);
        foreach (RouterUser user in users)
        {
            string[] expected = user.Connection.Alias == "Zo\u00eb" ? ["Direct: hello"] : [];
            Expect.Sequence(expected, await user.ReadAsync(RouterScene.Sender), $"What {user.Connection.Alias} receives");
        }
    }

    public static async Task A_user_who_is_named_twice_gets_one_message(RouterScene scene)
    {
        RouterUser[] users = await scene.ConnectAsync("ada", "bob", "carol");
        SendReport report = await users[0].Router.SendToUsersAsync(["ada", "bob", "ADA", "ada", "nobody"], RouterScene.Sender, "hello");
        scene.ExpectDelivered(2, report, "a message to two users");
        report = await users[0].Router.SendToUsersAsync([], RouterScene.Sender, "hello");
        Expect.Equal(0, report.Delivered, "Delivered in the report of a message to no users");
        await RouterScene.EndAsync(users[0]);
        Expect.Sequence(["Direct: hello"], await users[0].ReadAsync(RouterScene.Sender), "What a user receives who is named three times");
        Expect.Sequence(["Direct: hello"], await users[1].ReadAsync(RouterScene.Sender), "What a user receives who is named once");
        Expect.Sequence([], await users[2].ReadAsync(RouterScene.Sender), "What a user receives who is not named");
    }

    public static async Task Nobody_gets_a_message_to_a_user_or_group_that_is_not_there(RouterScene scene)
    {
        RouterUser[] users = await scene.ConnectAsync("ada", "bob");
        foreach (string name in AccountScene.OddTexts)
        {
            SendReport user = await users[0].Router.SendToUserAsync(name, RouterScene.Sender, "user");
            Expect.Equal(default, user, $"The report of a message to the user {Expect.Show(name)}");
            SendReport group = await users[0].Router.SendToGroupAsync(name, RouterScene.Sender, "group");
            Expect.Equal(default, group, $"The report of a message to the group {Expect.Show(name)}");
        }

        await RouterScene.EndAsync(users[0]);
        foreach (RouterUser user in users)
            Expect.Sequence([], await user.ReadAsync(RouterScene.Sender), "What users receive");
    }

    public static async Task The_bytes_of_a_message_arrive_unchanged(RouterScene scene)
    {
        RouterUser[] users = await scene.ConnectAsync("ada", "bob");
        byte[] large = new byte[60_000];
        new Random(1).NextBytes(large);
        byte[][] bodies = [[], [0], [.. Enumerable.Range(0, 256).Select(i => (byte)i)], [0xff, 0xfe], large];
        foreach (byte[] body in bodies)
            await users[0].Router.SendToAllAsync(RouterScene.Sender, body);
        await RouterScene.EndAsync(users[0]);
        foreach (RouterUser user in users)
        {
            List<ReceivedMessage> messages = await user.ReadUntilFencesAsync(RouterScene.Sender);
            Expect.Equal(bodies.Length, messages.Count, "The number of messages");
            for (int i = 0; i < bodies.Length; i++)
                Expect.That(
                    messages[i].Body.Span.SequenceEqual(bodies[i]),
                    $"A message of {bodies[i].Length} bytes arrives as {messages[i].Body.Length} others.");
        }
    }

    public static async Task A_join_or_leave_is_announced_once(RouterScene scene)
    {
        RouterUser[] users = await scene.ConnectAsync("ada", "bob", "carol");
        await users[1].Router.JoinAsync(users[1].Connection, "chess");
        IMessageRouter router = users[0].Router;
        scene.ExpectDelivered(3, await router.AnnounceAsync(RouterScene.Sender, Presence.Joined), "an announcement to everyone");
        scene.ExpectDelivered(2, await router.AnnounceAsync(RouterScene.Sender, Presence.Left, except: users[0].Connection), "one except to one");
        await router.AnnounceAsync(RouterScene.Sender, Presence.Joined, "chess");
        await router.AnnounceAsync(RouterScene.Sender, Presence.Left, "chess");
        await router.AnnounceAsync(RouterScene.Sender, Presence.Left, "an empty group");
        await RouterScene.EndAsync(users[0]);
        Expect.Sequence(["Joined: "], await users[0].ReadAsync(RouterScene.Sender), "What the excepted connection receives");
        Expect.Sequence(
            ["Joined: ", "Left: ", "Joined in chess: ", "Left in chess: "], await users[1].ReadAsync(RouterScene.Sender), "What a member receives");
        Expect.Sequence(["Joined: ", "Left: "], await users[2].ReadAsync(RouterScene.Sender), "What another user receives");
    }
}
