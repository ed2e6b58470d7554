using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ServerLib.Protocol;
using ServerLib.Tests.Cli.Chat;
using ServerLib.Tests.EndToEnd;

namespace ServerLib.Tests.Compact;

/// <summary>Keys that clients give for others to ask for, with and without a proof.</summary>
[TestClass]
public sealed class KeyPossessionTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task A_signature_proves_a_key_to_others_until_another_key_comes(bool overTls)
    {
        await using RunningServer server = await RunningServer.StartAsync();
        (RSA key, RSA other) = ClientKeys.Two();
        using CompactClient alice = await JoinAsync(server, overTls);
        using CompactClient bob = await CompactClient.JoinAsync(server.EndPoint, "bob");

        await GiveAsync(alice, key, Signed.By(key, Signed.Key, "alice", alice));
        Assert.AreEqual(ServerKey.Ephemeral.PublicKeyPem, (string?)(await alice.ReceiveAsync(FrameType.Key)).Json["publicKey"]);
        Assert.AreEqual((key.ExportSubjectPublicKeyInfoPem(), true), await AskAsync(bob));

        await GiveAsync(alice, other, null);
        await alice.ReceiveAsync(FrameType.Key);
        Assert.AreEqual((other.ExportSubjectPublicKeyInfoPem(), false), await AskAsync(bob));
    }

    [TestMethod]
    [DataRow("another nonce")]
    [DataRow("another certificate")]
    [DataRow("another name")]
    [DataRow("a login")]
    [DataRow("another key")]
    [DataRow("nothing")]
    public async Task A_wrong_signature_is_told_and_the_key_not_taken(string what)
    {
        await using RunningServer server = await RunningServer.StartAsync();
        (RSA key, RSA other) = ClientKeys.Two();
        using CompactClient alice = await JoinAsync(server, overTls: true);
        using CompactClient bob = await CompactClient.JoinAsync(server.EndPoint, "bob");
        await GiveAsync(alice, other, Signed.By(other, Signed.Key, "alice", alice));
        await alice.ReceiveAsync(FrameType.Key);

        await GiveAsync(alice, key, what switch
        {
            "another nonce" => Signed.By(key, Signed.Key, "alice", new byte[32], alice.CertificateHash),
            "another certificate" => Signed.By(key, Signed.Key, "alice", alice.Nonce, new byte[32]),
            "another name" => Signed.By(key, Signed.Key, "bob", alice),
            "a login" => Signed.By(key, Signed.Login, "alice", alice),
            "another key" => Signed.By(other, Signed.Key, "alice", alice),
            _ => "",
        });
        JsonNode error = (await alice.ReceiveAsync(FrameType.Error)).Json;
        Assert.AreEqual(("bad-signature", "0x05"), ((string?)error["code"], (string?)error["about"]));
        Assert.AreEqual((other.ExportSubjectPublicKeyInfoPem(), true), await AskAsync(bob));
    }

    [TestMethod]
    public async Task The_name_is_the_one_of_the_login_that_went_well_as_it_was_sent()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using (await CompactClient.JoinAsync(server.EndPoint, "alice"))
        {
        }

        using RSA key = ClientKeys.Next();
        using CompactClient alice = await CompactClient.ConnectAsync(server.EndPoint);
        await alice.HelloAsync();
        await alice.SendAsync(RawFrame.Login("alice", "wrong"), RawFrame.Login(" ALICE ", "secret"));
        await alice.ReceiveAsync(FrameType.Welcome);

        await GiveAsync(alice, key, Signed.By(key, Signed.Key, "alice", alice));
        await alice.ReceiveAsync(FrameType.Error);
        await GiveAsync(alice, key, Signed.By(key, Signed.Key, " ALICE ", alice));
        await alice.ReceiveAsync(FrameType.Key);
    }

    [TestMethod]
    public async Task A_signature_of_another_connection_of_the_same_user_is_wrong()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using RSA key = ClientKeys.Next();
        using CompactClient one = await JoinAsync(server, overTls: true);
        using CompactClient two = await JoinAsync(server, overTls: true);
        await GiveAsync(two, key, Signed.By(key, Signed.Key, "alice", one));

        Assert.AreEqual("bad-signature", (string?)(await two.ReceiveAsync(FrameType.Error)).Json["code"]);
    }

    [TestMethod]
    public async Task Wrong_signatures_up_to_MaxAttempts_end_the_connection()
    {
        await using RunningServer server = await RunningServer.StartAsync(options => options.Login.MaxAttempts = 3);
        using RSA key = ClientKeys.Next();
        using CompactClient alice = await JoinAsync(server, overTls: true);
        string right = Signed.By(key, Signed.Key, "alice", alice);
        foreach (string signature in (string[])["wrong", "", right, "wrong"])
        {
            await GiveAsync(alice, key, signature);
            await alice.ReceiveAsync(signature == right ? FrameType.Key : FrameType.Error);
        }

        // To forget it is no guess.
        await alice.SendAsync(RawFrame.Control(FrameType.Key, new { publicKey = key.ExportSubjectPublicKeyInfoPem(), save = "laptop" }));
        await alice.ReceiveAsync(FrameType.Error);
        await GiveAsync(alice, key, "wrong");
        await alice.ReceiveAsync(FrameType.Error);
        await GiveAsync(alice, key, "wrong");
        await alice.ReceiveAsync(FrameType.Error);
        Assert.AreEqual("too-many-attempts", await alice.ReceiveCloseAsync());
    }

    [TestMethod]
    public async Task The_largest_key_is_taken_and_proven()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using RSA key = LargeKeys.OfSize(8192);
        using CompactClient alice = await JoinAsync(server, overTls: false);
        using CompactClient bob = await CompactClient.JoinAsync(server.EndPoint, "bob");
        await GiveAsync(alice, key, Signed.By(key, Signed.Key, "alice", alice));
        await alice.ReceiveAsync(FrameType.Key);

        Assert.AreEqual((key.ExportSubjectPublicKeyInfoPem(), true), await AskAsync(bob));
    }

    [TestMethod]
    [DataRow("{}")]
    [DataRow("no JSON")]
    [DataRow("{\"publicKey\":\"\"}")]
    [DataRow("{\"publicKey\":7}")]
    public async Task An_invalid_key_is_reported(string payload)
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using CompactClient alice = await JoinAsync(server, overTls: false);
        await alice.SendAsync(new RawFrame(FrameType.Key, System.Text.Encoding.UTF8.GetBytes(payload)));

        JsonNode error = (await alice.ReceiveAsync(FrameType.Error)).Json;
        Assert.AreEqual(("bad-key", "0x05"), ((string?)error["code"], (string?)error["about"]));
    }

    private static async Task<CompactClient> JoinAsync(RunningServer server, bool overTls)
    {
        CompactClient client = overTls
            ? await CompactClient.ConnectTlsAsync(server.EndPoint)
            : await CompactClient.ConnectAsync(server.EndPoint);
        await client.HelloAsync();
        await client.SendAsync(RawFrame.Login("alice", "secret"));
        await client.ReceiveAsync(FrameType.Welcome);
        return client;
    }

    private static Task GiveAsync(CompactClient client, RSA key, string? signature) =>
        client.SendAsync(RawFrame.Control(FrameType.Key, new { publicKey = key.ExportSubjectPublicKeyInfoPem(), signature }));

    private static async Task<(string? PublicKey, bool? IsProven)> AskAsync(CompactClient client)
    {
        await client.SendAsync(RawFrame.Control(FrameType.KeyQuery, new { alias = "alice" }));
        JsonNode answer = (await client.ReceiveAsync(FrameType.Key)).Json;
        return ((string?)answer["publicKey"], (bool?)answer["proven"]);
    }
}
