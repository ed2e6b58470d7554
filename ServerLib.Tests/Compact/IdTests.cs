using System.Text.Json.Nodes;
using ServerLib.Protocol;

namespace ServerLib.Tests.Compact;

/// <summary>The feature <c>id</c>: each question in JSON gets exactly one answer, which repeats its id.</summary>
[TestClass]
public sealed class IdTests
{
    private static readonly (FrameType Question, string Json)[] Questions =
    [
        (FrameType.Users, """{"id":1}"""),
        (FrameType.Join, """{"group":"chess","id":2}"""),
        (FrameType.Join, """{"group":"chess","id":3}"""),
        (FrameType.Leave, """{"group":"chess","id":4}"""),
        (FrameType.KeyQuery, """{"id":5}"""),
        (FrameType.KeyQuery, """{"alias":"nobody","id":6}"""),
        (FrameType.KeyQuery, """{"saved":true,"id":7}"""),
        (FrameType.Key, """{"publicKey":"none","id":8}"""),
        (FrameType.Key, """{"remove":"laptop","id":9}"""),
        (FrameType.Password, """{"current":"wrong","new":"battery staple","id":10}"""),
        (FrameType.Command, """{"line":"users","id":4294967295}"""),
        (FrameType.Join, $$"""{"group":"{{new string('x', 256)}}","id":0}"""),
    ];

    [TestMethod]
    public async Task Every_answer_repeats_the_id_of_its_question()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using CompactClient alice = await JoinAsync(server, """["call","id"]""");
        foreach ((FrameType question, string json) in Questions)
        {
            await alice.SendAsync(RawFrame.Text(question, json));
            Assert.AreEqual((uint?)JsonNode.Parse(json)!["id"], (uint?)(await alice.ReceiveAsync()).Json["id"], json);
        }
    }

    [TestMethod]
    [DataRow("null")]
    [DataRow("[]")]
    public async Task A_client_without_the_feature_gets_no_id(string features)
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using CompactClient alice = await JoinAsync(server, features);
        foreach ((FrameType question, string json) in Questions)
        {
            await alice.SendAsync(RawFrame.Text(question, json.Replace("\"id\":4", "\"id\":\"x\",\"x\":4", StringComparison.Ordinal)));
            Assert.IsNull((await alice.ReceiveAsync()).Json["id"], json);
        }
    }

    [TestMethod]
    public async Task HELLO_lists_the_features()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using CompactClient client = await CompactClient.ConnectAsync(server.EndPoint);

        Assert.AreEqual("""["id","call","ticket","resume"]""", (await client.HelloAsync()).Json["features"]!.ToJsonString());
    }

    [TestMethod]
    public async Task A_handler_that_fails_before_the_answer_is_the_answer_and_after_it_is_not()
    {
        await using RunningServer server = await RunningServer.StartAsync(handler: _ => new Failing());
        using CompactClient alice = await JoinAsync(server, """["id"]""");
        await alice.SendAsync(RawFrame.Text(FrameType.Join, """{"group":"no","id":1}"""), RawFrame.Text(FrameType.Join, """{"group":"yes","id":2}"""));

        RawFrame refused = await alice.ReceiveAsync(FrameType.Error);
        Assert.AreEqual("failed 1", $"{refused.Json["code"]} {refused.Json["id"]}");
        Assert.AreEqual("2", $"{(await alice.ReceiveAsync(FrameType.Join)).Json["id"]}");
        RawFrame failed = await alice.ReceiveAsync(FrameType.Error);
        Assert.AreEqual("failed 0x22 ", $"{failed.Json["code"]} {failed.Json["about"]} {failed.Json["id"]}");
    }

    private static async Task<CompactClient> JoinAsync(RunningServer server, string features)
    {
        CompactClient client = await CompactClient.ConnectAsync(server.EndPoint);
        await client.HelloAsync();
        await client.SendAsync(RawFrame.Text(
            FrameType.Login, $$"""{"mechanism":"PLAIN","username":"alice","password":"secret","features":{{features}}}"""));
        await client.ReceiveAsync(FrameType.Welcome);
        await client.ReceiveAsync(FrameType.Presence);
        return client;
    }

    private sealed class Failing : IMessageHandler
    {
        public async ValueTask OnConnectedAsync(Connection connection, CancellationToken cancellationToken)
        {
            await Task.Yield();
            connection.Writer.SendFrame(FrameType.Presence, "{}"u8);
        }

        public ValueTask<bool> OnJoinAsync(Connection connection, string group, CancellationToken cancellationToken) =>
            group == "yes" ? new(true) : throw new InvalidOperationException("no");

        public ValueTask OnJoinedAsync(Connection connection, string group, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("late");
    }
}
