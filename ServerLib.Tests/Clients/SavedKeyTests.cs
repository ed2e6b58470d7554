using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ServerLib.Protocol;
using ServerLib.Tests.Compact;
using ServerLib.Tests.EndToEnd;

namespace ServerLib.Tests.Clients;

/// <summary>Keys that log in, keys that other users can ask for, and the keys of an account.</summary>
[TestClass]
public sealed class SavedKeyTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    [DataRow(TlsMode.None)]
    [DataRow(TlsMode.Ask)]
    public async Task A_saved_key_can_log_in_and_is_listed_until_removed(TlsMode tls)
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using RSA key = ClientKeys.Next();
        await using ServerClient zoe = await server.ConnectAsync("zoe", _guard, options => Use(options, tls));
        await using ServerClient al = await server.ConnectAsync("al", _guard);
        Assert.IsEmpty(await zoe.GetSavedKeysAsync(_guard));
        UserKey saved = (await zoe.SaveKeyAsync("laptop", key, _guard)).Single();
        Assert.AreEqual(("laptop", UserKey.FingerprintOf(key.ExportSubjectPublicKeyInfo()), (DateTimeOffset?)null), (saved.Name, saved.Fingerprint, saved.LastUsed));
        (RSA shown, bool isProven) = await al.GetKeyAndProofAsync("zoe", _guard);
        Assert.AreEqual((key.ExportSubjectPublicKeyInfoPem(), true), (shown.ExportSubjectPublicKeyInfoPem(), isProven));

        await using ServerClient again = await ByKeyAsync(server, " ZOE ", key, tls);
        Assert.AreEqual("zoe", again.Alias);
        CollectionAssert.AreEqual(
            (string[])["", "", "by key laptop"],
            (await server.Audit.ReadNewestAsync(100)).Where(e => e.Event == AuditEvent.Logon).Select(e => e.Detail).Reverse().ToArray());
        UserKey used = (await again.GetSavedKeysAsync(_guard)).Single();
        Assert.AreEqual(saved with { LastUsed = used.LastUsed }, used);
        Assert.IsNotNull(used.LastUsed);
        Assert.IsEmpty(await again.RemoveSavedKeyAsync("laptop", _guard));

        LoginException e = await Assert.ThrowsExactlyAsync<LoginException>(() => ByKeyAsync(server, "zoe", key, tls));
        Assert.AreEqual((LoginCode.Failure, "The name or the key is wrong."), (e.Result, e.Message));
        Assert.IsTrue(again.IsConnected && zoe.IsConnected);
    }

    [TestMethod]
    public async Task A_key_that_is_sent_with_its_private_part_is_proven()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await using ServerClient zoe = await server.ConnectAsync("zoe", _guard, options => Use(options, TlsMode.Ask));
        await using ServerClient al = await server.ConnectAsync("al", _guard);
        using RSA key = ClientKeys.Next();
        using RSA publicPart = RSA.Create(key.ExportParameters(includePrivateParameters: false));

        using RSA _ = await zoe.SendKeyAsync(key, _guard);
        Assert.IsTrue((await al.GetKeyAndProofAsync("zoe", _guard)).IsProven);
        using RSA __ = await zoe.SendKeyAsync(publicPart, _guard);
        Assert.IsFalse((await al.GetKeyAndProofAsync("zoe", _guard)).IsProven);
        Assert.AreEqual(
            "bad-signature", (await Assert.ThrowsExactlyAsync<ServerClientException>(() => zoe.SaveKeyAsync("x", publicPart, _guard))).Code);
    }

    [TestMethod]
    public async Task A_refused_key_is_reported_and_the_connection_stays()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await using ServerClient zoe = await server.ConnectAsync("zoe", _guard);
        (RSA key, RSA other) = ClientKeys.Two();
        await zoe.SaveKeyAsync("laptop", key, _guard);

        Assert.AreEqual("save-refused", await RefusedAsync(() => zoe.SaveKeyAsync("LAPTOP", other, _guard)));
        Assert.AreEqual("save-refused", await RefusedAsync(() => zoe.SaveKeyAsync("phone", key, _guard)));
        Assert.AreEqual("save-refused", await RefusedAsync(() => zoe.SaveKeyAsync("a b", other, _guard)));
        Assert.AreEqual("no-key", await RefusedAsync(() => zoe.RemoveSavedKeyAsync("phone", _guard)));
        Assert.HasCount(1, await zoe.GetSavedKeysAsync(_guard));

        // A refused key is not given to other users either.
        using RSA shown = await zoe.GetKeyAsync("zoe", _guard);
        Assert.AreEqual(key.ExportSubjectPublicKeyInfoPem(), shown.ExportSubjectPublicKeyInfoPem());
    }

    [TestMethod]
    public async Task Keys_of_other_accounts_are_not_accessible()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await using ServerClient zoe = await server.ConnectAsync("zoe", _guard);
        await using ServerClient al = await server.ConnectAsync("al", _guard);
        await zoe.SaveKeyAsync("laptop", ClientKeys.Next(), _guard);

        Assert.IsEmpty(await al.GetSavedKeysAsync(_guard));
        Assert.AreEqual("no-key", await RefusedAsync(() => al.RemoveSavedKeyAsync("laptop", _guard)));
        using CompactClient raw = await CompactClient.JoinAsync(server.EndPoint, "raw");
        await raw.SendAsync(RawFrame.Control(FrameType.KeyQuery, new { alias = "zoe", saved = true }));
        Assert.IsEmpty((await raw.ReceiveAsync(FrameType.Key)).Json["saved"]!.AsArray());
    }

    [TestMethod]
    public async Task The_audit_trail_records_added_and_removed_keys()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await using ServerClient zoe = await server.ConnectAsync("zoe", _guard);
        using RSA key = ClientKeys.Next();
        await zoe.SaveKeyAsync("laptop", key, _guard);
        await zoe.RemoveSavedKeyAsync("Laptop", _guard);

        string expected = $"laptop {UserKey.FingerprintOf(key.ExportSubjectPublicKeyInfo())}";
        var entries = await server.Audit.ReadNewestAsync(2);
        foreach ((AuditEvent what, int i) in new[] { (AuditEvent.KeyRemoved, 0), (AuditEvent.KeyAdded, 1) })
        {
            Assert.AreEqual((what, "zoe", "", expected), (entries[i].Event, entries[i].Name, entries[i].Actor, entries[i].Detail));
            StringAssert.StartsWith(entries[i].Address, "127.0.0.1:");
        }
    }

    [TestMethod]
    public async Task A_server_without_key_storage_refuses_key_requests()
    {
        await using RunningServer server = await RunningServer.StartAsync(services: OpenDatabase.Use);
        await using ServerClient zoe = await server.ConnectAsync("zoe", _guard);
        using RSA key = ClientKeys.Next();

        Assert.AreEqual("refused", await RefusedAsync(() => zoe.GetSavedKeysAsync(_guard)));
        Assert.AreEqual("refused", await RefusedAsync(() => zoe.SaveKeyAsync("laptop", key, _guard)));
        Assert.AreEqual("refused", await RefusedAsync(() => zoe.RemoveSavedKeyAsync("laptop", _guard)));
        LoginException e = await Assert.ThrowsExactlyAsync<LoginException>(() => ByKeyAsync(server, "zoe", key, TlsMode.None));
        Assert.AreEqual(LoginCode.Refused, e.Result);
    }

    [TestMethod]
    [DataRow("""{"maxFrame":4096,"mechanisms":["PLAIN"],"nonce":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}""")]
    [DataRow("""{"maxFrame":4096,"nonce":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}""")]
    [DataRow("""{"maxFrame":4096,"mechanisms":["KEY"]}""")]
    [DataRow("""{"maxFrame":4096,"mechanisms":["KEY"],"nonce":"AAAA"}""")]
    [DataRow("""{"maxFrame":4096,"mechanisms":["KEY"],"nonce":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}""")]
    [DataRow("""{"maxFrame":4096,"mechanisms":["KEY",null],"nonce":"no base64"}""")]
    public async Task The_client_signs_nothing_without_an_offer_and_a_valid_nonce(string hello)
    {
        using var server = new ScriptedServer();
        ServerClientOptions options = server.Options;
        using RSA key = options.PrivateKey = ClientKeys.Next();
        Task<ServerClient> connecting = ServerClient.ConnectAsync(options, _guard);
        using ScriptedCompactPeer peer = await server.AcceptAsync(_guard);
        await peer.WriteAsync(FrameType.Hello, hello);

        Assert.AreEqual(LoginCode.Refused, (await Assert.ThrowsExactlyAsync<LoginException>(() => connecting)).Result);
        await peer.ReadToEndAsync();
    }

    [TestMethod]
    public async Task A_server_without_saved_keys_in_its_answer_counts_as_refusing()
    {
        await using ScriptedSession session = await ScriptedSession.StartAsync(_guard);
        (ServerClient client, ScriptedCompactPeer peer) = session;
        Task<IReadOnlyList<UserKey>> asking = client.GetSavedKeysAsync(_guard);
        await peer.ReadAsync(FrameType.KeyQuery);
        await peer.WriteAsync(FrameType.Key, """{"publicKey":"x"}""");
        Assert.AreEqual("refused", await RefusedAsync(() => asking));

        asking = client.GetSavedKeysAsync(_guard);
        await peer.ReadAsync(FrameType.KeyQuery);
        await peer.WriteAsync(FrameType.Key, """{"saved":[null,{}]}""");
        Assert.HasCount(2, await asking);
        peer.Dispose();
    }

    [TestMethod]
    public async Task Options_that_contradict_each_other_are_refused()
    {
        using RSA small = RSA.Create(1024);
        using RSA key = ClientKeys.Next();
        foreach (ServerClientOptions options in new ServerClientOptions[]
            {
                new() { UserName = "zoe", PrivateKey = small },
                new() { UserName = "zoe", PrivateKey = key, Protocol = ClientProtocol.Classic },
            })
        {
            await Assert.ThrowsExactlyAsync<ArgumentException>(() => ServerClient.ConnectAsync(options, _guard));
        }
    }

    [TestMethod]
    public void A_list_of_keys_is_cut_to_fit_into_a_frame()
    {
        UserKey[] keys = [.. Enumerable.Range(0, 20).Select(i => new UserKey(new string('\u00e4', 31) + (char)('a' + i), new string('x', 50), default))];
        byte[] json = BoundedPayload.SavedKeys(new string('k', 500), keys, 4096);

        Assert.IsLessThan(4096, json.Length);
        JsonArray saved = JsonNode.Parse(json)!["saved"]!.AsArray();
        Assert.IsLessThan(20, saved.Count);
        Assert.AreEqual(keys[0].Name, (string?)saved[0]!["name"]);
    }

    private async Task<ServerClient> ByKeyAsync(RunningServer server, string name, RSA key, TlsMode tls) =>
        await server.ConnectAsync(name, _guard, options =>
        {
            Use(options, tls);
            options.Password = "";
            options.PrivateKey = key;
        });

    private static void Use(ServerClientOptions options, TlsMode tls)
    {
        options.Tls = tls;
        options.TrustServer = tls == TlsMode.Ask ? (_, _) => new(true) : null;
    }

    private static async Task<string?> RefusedAsync(Func<Task> ask) => (await Assert.ThrowsExactlyAsync<ServerClientException>(ask)).Code;
}
