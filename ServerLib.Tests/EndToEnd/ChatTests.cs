using System.Globalization;

namespace ServerLib.Tests.EndToEnd;

/// <summary>Messages in the chat room.</summary>
[TestClass]
public sealed class ChatTests : HostTest
{
    [TestMethod]
    public async Task A_message_reaches_all_other_clients_but_not_its_sender()
    {
        await StartAsync();
        ClassicClient alice = await JoinAsync("alice", style: ReadingStyle.OneReceive);
        ClassicClient bob = await JoinAsync("bob", style: ReadingStyle.OneReceive);
        Assert.AreEqual("bob: [ CONNECTED ]", await alice.ReceiveAsync(Token));
        await alice.SendAsync("hello\n", Token);
        Assert.AreEqual("alice: hello\n", await bob.ReceiveAsync(Token));
        await bob.SendAsync("hi\n", Token);
        Assert.AreEqual("bob: hi\n", await alice.ReceiveAsync(Token));
        await alice.SendAsync("how are you?\n", Token);
        Assert.AreEqual("alice: how are you?\n", await bob.ReceiveAsync(Token));
    }

    [TestMethod]
    public async Task Joining_and_leaving_are_announced_to_everyone()
    {
        await StartAsync();
        (ClassicClient alice, ClassicClient bob) = await JoinTwoAsync();
        ClassicClient carol = await JoinAsync("carol");
        Assert.AreEqual("carol: [ CONNECTED ]", await alice.ReceiveAsync(Token));
        Assert.AreEqual("carol: [ CONNECTED ]", await bob.ReceiveAsync(Token));

        await bob.SendAsync("disconnect\n", Token);
        Assert.AreEqual("bob: [ DISCONNECTED ]", await alice.ReceiveAsync(Token));
        Assert.AreEqual("bob: [ DISCONNECTED ]", await carol.ReceiveAsync(Token));
        Assert.IsNull(await bob.ReceiveOrClosedAsync(Token));
    }

    [TestMethod]
    public async Task A_user_can_be_connected_several_times()
    {
        await StartAsync();
        ClassicClient desk = await JoinAsync("alice");
        ClassicClient phone = await JoinAsync("alice");
        Assert.AreEqual("alice: [ CONNECTED ]", await desk.ReceiveAsync(Token));
        ClassicClient bob = await JoinAsync("bob");
        Assert.AreEqual("bob: [ CONNECTED ]", await desk.ReceiveAsync(Token));
        Assert.AreEqual("bob: [ CONNECTED ]", await phone.ReceiveAsync(Token));

        await bob.SendAsync("hello, both\n", Token);
        Assert.AreEqual("bob: hello, both\n", await desk.ReceiveAsync(Token));
        Assert.AreEqual("bob: hello, both\n", await phone.ReceiveAsync(Token));
        await phone.SendAsync("on my way\n", Token);
        Assert.AreEqual("alice: on my way\n", await desk.ReceiveAsync(Token));
        Assert.AreEqual("alice: on my way\n", await bob.ReceiveAsync(Token));

        await phone.SendAsync("disconnect\n", Token);
        Assert.AreEqual("alice: [ DISCONNECTED ]", await desk.ReceiveAsync(Token));
        await bob.SendAsync("still there?\n", Token);
        Assert.AreEqual("bob: still there?\n", await desk.ReceiveAsync(Token));
    }

    [TestMethod]
    public async Task Text_in_any_script_arrives_as_it_was_sent()
    {
        string[] texts =
        [
            "👩‍👩‍👧‍👦 🏳️‍🌈 🇪🇺 👍🏽\n", "שלום עולם\n", "مرحبا بالعالم\n",
            "e\u0301 o\u0308\u0323 Z\u0351\u036B\n", "日本語 한국어 ไทย हिन्दी\n",
            "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 \U0010FFFD\n", "\ttab, and no line end",
        ];
        await StartAsync();
        ClassicClient zoe = await JoinAsync("Zoë👋");
        ClassicClient bob = await JoinAsync("боб");
        Assert.AreEqual("боб: [ CONNECTED ]", await zoe.ReceiveAsync(Token));
        foreach (string text in texts)
        {
            await zoe.SendAsync(text, Token);
            Assert.AreEqual("Zoë👋: " + text, await bob.ReceiveAsync(Token));
        }
    }

    [TestMethod]
    public async Task Control_characters_are_replaced()
    {
        await StartAsync();
        (ClassicClient alice, ClassicClient bob) = await JoinTwoAsync();
        await alice.SendAsync("\u001b[2J\u0000\u0007\u007f\u0085\u009b31m\ttab\n", Token);
        Assert.AreEqual("alice: \uFFFD[2J\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD31m\ttab\n", await bob.ReceiveAsync(Token));
        await alice.SendAsync("hello\r\nbob: I owe alice a beer\n", Token);
        Assert.AreEqual("alice: hello\uFFFD\uFFFDbob: I owe alice a beer\n", await bob.ReceiveAsync(Token));
        await alice.SendAsync("hello\u2028bob: two\n\n", Token);
        Assert.AreEqual("alice: hello\uFFFDbob: two\uFFFD\n", await bob.ReceiveAsync(Token));
    }

    [TestMethod]
    [DataRow("ascii", 189, "x")]
    [DataRow("two bytes", 94, "é")]
    [DataRow("three bytes", 63, "語")]
    [DataRow("four bytes", 47, "😀")]
    public async Task A_text_longer_than_one_block_arrives_complete_in_several_messages(string what, int count, string character)
    {
        string text = string.Concat(Enumerable.Repeat(character, count)) + "\n";
        await StartAsync();
        (ClassicClient alice, ClassicClient bob) = await JoinTwoAsync();
        await alice.SendAsync(text, Token);
        await alice.SendAsync("next\n", Token);
        Assert.AreEqual(text, await bob.ReceiveJoinedAsync("alice: ", text.Length, Token), what);
        Assert.AreEqual("alice: next\n", await bob.ReceiveAsync(Token));
    }

    [TestMethod]
    public async Task Five_thousand_bytes_arrive_from_a_client_and_from_the_console()
    {
        await StartAsync();
        (ClassicClient alice, ClassicClient bob) = await JoinTwoAsync();
        string text = string.Concat(Enumerable.Range(0, 1_250).Select(i => i.ToString("D4", CultureInfo.InvariantCulture)));

        // A classic client sends a text of more than 190 bytes as several messages.
        foreach (char[] block in text.Chunk(190))
            await alice.SendAsync(new string(block), Token);
        Assert.AreEqual(text, await bob.ReceiveJoinedAsync("alice: ", text.Length, Token));

        await Host.CommandAsync("say " + text, Token);
        Assert.AreEqual(text, await alice.ReceiveJoinedAsync("SERVER: ", text.Length, Token));
        Assert.AreEqual(text, await bob.ReceiveJoinedAsync("SERVER: ", text.Length, Token));
    }
}
