using System.Text;
using ServerLib.Tests.EndToEnd;

namespace ServerLib.Tests.Clients;

/// <summary>The client with the classic protocol.</summary>
[TestClass]
public sealed class ClassicServerClientTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task Classic_and_compact_clients_receive_each_others_messages()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await using ServerClient zoe = await ConnectAsync(server, "zoe");
        await using ServerClient al = await server.ConnectAsync("al", _guard);
        Assert.AreEqual("zoe", zoe.Alias);
        Assert.AreEqual("You are in the chat room. What you type goes to everyone here; type 'disconnect' to leave.", zoe.Greeting);
        Assert.AreEqual("zoe", (await zoe.NextAsync(ReceivedKind.Joined, _guard)).Sender);
        Assert.AreEqual("al", (await zoe.NextAsync(ReceivedKind.Joined, _guard)).Sender);

        await zoe.SendAsync("hello: you", _guard);
        Assert.AreEqual("hello: you", (await al.NextAsync(ReceivedKind.Message, _guard)).Text);
        await al.SendAsync("hi: zoe", _guard);
        ReceivedMessage heard = await zoe.NextAsync(ReceivedKind.Message, _guard);
        Assert.AreEqual("al|hi: zoe", $"{heard.Sender}|{heard.Text}");

        await al.DisposeAsync();
        Assert.AreEqual("al", (await zoe.NextAsync(ReceivedKind.Left, _guard)).Sender);
    }

    [TestMethod]
    public async Task A_long_text_is_split_between_characters()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await using ServerClient zoe = await ConnectAsync(server, "zoe");
        await using ServerClient al = await server.ConnectAsync("al", _guard);
        string text = string.Concat(Enumerable.Repeat("ä€😀x", 100));

        await zoe.SendAsync(text, _guard);
        var heard = new StringBuilder();
        while (heard.Length < text.Length)
            heard.Append((await al.NextAsync(ReceivedKind.Message, _guard)).Text);
        Assert.AreEqual(text, heard.ToString());
    }

    [TestMethod]
    public async Task The_disconnect_message_can_be_sent_as_ordinary_text()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await using ServerClient zoe = await ConnectAsync(server, "zoe");
        await using ServerClient al = await server.ConnectAsync("al", _guard);

        foreach (string word in new[] { "disconnect", "disconnect\n", new string('x', 189) + "disconnect", "" })
            await zoe.SendAsync(word, _guard);
        foreach (string word in new[] { "disconnect", "disconnect", new string('x', 189), "disconnect", "" })
            Assert.AreEqual(word, (await al.NextAsync(ReceivedKind.Message, _guard)).Text);
    }

    [TestMethod]
    public async Task DisposeAsync_sends_the_disconnect_message()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        ServerClient zoe = await ConnectAsync(server, "zoe");
        await zoe.DisposeAsync();

        Assert.IsEmpty(server.Ledger.Connections.ToArray());
    }

    [TestMethod]
    public async Task Features_that_the_classic_protocol_lacks_throw_NotSupportedException()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await using ServerClient zoe = await ConnectAsync(server, "zoe");

        await Assert.ThrowsExactlyAsync<NotSupportedException>(async () => await zoe.SendToAsync("al", "psst", _guard));
        await Assert.ThrowsExactlyAsync<NotSupportedException>(() => zoe.JoinAsync("chess", _guard));
        await Assert.ThrowsExactlyAsync<NotSupportedException>(() => zoe.PingAsync(_guard));
        NotSupportedException e = await Assert.ThrowsExactlyAsync<NotSupportedException>(() => zoe.RequestAsync("?", cancellationToken: _guard));
        StringAssert.Contains(e.Message, "The classic protocol does not support requests");
        await Assert.ThrowsExactlyAsync<ArgumentException>(async () => await zoe.SendAsync(new byte[] { 0xff }, _guard));
    }

    [TestMethod]
    public async Task Received_texts_become_messages_and_presence()
    {
        using var server = new ScriptedServer();
        (ServerClient client, ScriptedClassicPeer peer) = await server.ConnectClassicAsync(_guard);
        await using ServerClient disposed = client;
        using ScriptedClassicPeer closed = peer;
        string[] texts = ["al: hi: zoe\n", "al: hi\r\n", "no sender", "al: [ CONNECTED ]", "al: [ DISCONNECTED ]", "al: [ CONNECTED ]\n"];
        foreach (string text in texts)
            await peer.WriteEncryptedAsync(text);

        string[] expected = ["Message al|hi: zoe", "Message al|hi", "Message |no sender", "Joined al|", "Left al|", "Message al|[ CONNECTED ]"];
        var received = new List<string>();
        await foreach (ReceivedMessage message in client.ReadAllAsync(_guard))
        {
            received.Add($"{message.Kind} {message.Sender}|{message.Text}");
            if (received.Count == expected.Length)
                break;
        }

        CollectionAssert.AreEqual(expected, received);
    }

    [TestMethod]
    public async Task Sent_texts_end_with_a_line_end_and_disposing_sends_the_disconnect_message()
    {
        using var server = new ScriptedServer();
        (ServerClient client, ScriptedClassicPeer peer) = await server.ConnectClassicAsync(_guard);
        await client.SendAsync("hi", _guard);
        Task disposing = client.DisposeAsync().AsTask();

        Assert.AreEqual("hi\n", await peer.ReadEncryptedAsync());
        Assert.AreEqual("disconnect\n", await peer.ReadEncryptedAsync());
        peer.Dispose();
        await disposing;
    }

    [TestMethod]
    public async Task The_login_sends_name_and_password_and_reads_the_welcome()
    {
        using var server = new ScriptedServer();
        Task<ServerClient> connecting = ServerClient.ConnectAsync(server.ClassicOptions, _guard);
        using ScriptedClassicPeer peer = await server.AcceptClassicAsync(_guard);

        Assert.AreEqual(("zoe", "s3cret pass"), await peer.LogInAsync());
        await using ServerClient client = await connecting;
        Assert.AreEqual("Zoe|Hello\nyou||190", $"{client.Alias}|{client.Greeting}|{client.Session}|{client.MaxFrame}");
        peer.Dispose();
    }

    [TestMethod]
    public async Task A_frame_that_cannot_be_decrypted_ends_the_connection()
    {
        using var server = new ScriptedServer();
        (ServerClient client, ScriptedClassicPeer peer) = await server.ConnectClassicAsync(_guard);
        await using ServerClient disposed = client;
        using ScriptedClassicPeer closed = peer;

        await peer.WriteRawAsync(ClassicWire.Sealed("AAAA"));
        Assert.AreEqual("bad-frame", (await client.EndAsync(_guard)).Code);
    }

    [TestMethod]
    [DataRow("MAYBE")]
    [DataRow("OK", "Welcome zoe", "no key")]
    public async Task An_unexpected_answer_ends_the_login(params string[] frames)
    {
        using var server = new ScriptedServer();
        Task<ServerClient> connecting = ServerClient.ConnectAsync(server.ClassicOptions, _guard);
        using ScriptedClassicPeer peer = await server.AcceptClassicAsync(_guard);
        await peer.WritePlainAsync(frames);

        Assert.AreEqual("bad-frame", (await Assert.ThrowsExactlyAsync<ServerClientException>(() => connecting)).Code);
    }

    private Task<ServerClient> ConnectAsync(RunningServer server, string name) =>
        server.ConnectAsync(name, _guard, o => o.Protocol = ClientProtocol.Classic);
}
