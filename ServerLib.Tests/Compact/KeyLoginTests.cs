using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Moq;
using ServerLib.Protocol;
using ServerLib.Testing;
using ServerLib.Tests.EndToEnd;
using ServerLib.Tests.Transport;

namespace ServerLib.Tests.Compact;

/// <summary>Logging in with a key in a password's place.</summary>
[TestClass]
public sealed class KeyLoginTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    [DataRow(false, "alice")]
    [DataRow(true, "alice")]
    [DataRow(true, " Alice\n")]
    [DataRow(true, "\uff21lice")]
    public async Task A_signature_logs_in_on_this_machine_and_over_TLS(bool overTls, string name)
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using RSA key = await AccountAsync(server, "alice");
        using CompactClient client = await OpenAsync(server, overTls);
        await client.SendAsync(Signed.LoginFrame(name, key, client));

        Assert.AreEqual("ok", (string?)(await client.ReceiveAsync(FrameType.Result)).Json["code"]);
        Assert.AreEqual("alice", (string?)(await client.ReceiveAsync(FrameType.Welcome)).Json["alias"]);
        Assert.IsNotNull((await server.Database.GetKeysAsync("alice", _guard))!.Single().LastUsed);
    }

    [TestMethod]
    public async Task A_signature_made_by_openssl_logs_in()
    {
        using var folder = new TempFolder();
        await using RunningServer server = await RunningServer.StartAsync();
        using RSA key = await AccountAsync(server, "alice");
        using CompactClient client = await OpenAsync(server, overTls: true);
        File.WriteAllText(folder.File("key.pem"), key.ExportPkcs8PrivateKeyPem());
        File.WriteAllBytes(folder.File("signed"), Signed.Bytes(Signed.Login, "alice", client.Nonce, client.CertificateHash));
        string[] command =
        [
            .. "dgst -sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32 -sigopt rsa_mgf1_md:sha256".Split(' '),
            "-sign", folder.File("key.pem"), "-out", folder.File("signature"), folder.File("signed"),
        ];
        using Process? openssl = TlsPeer.StartOpenSsl(command);
        if (openssl is null)
            Assert.Inconclusive("There is no openssl here.");
        await openssl.WaitForExitAsync(_guard);
        string signature = Convert.ToBase64String(await File.ReadAllBytesAsync(folder.File("signature"), _guard));
        await client.SendAsync(Signed.LoginFrame("alice", key.ExportSubjectPublicKeyInfoPem(), signature));

        Assert.AreEqual("ok", (string?)(await client.ReceiveAsync(FrameType.Result)).Json["code"]);
    }

    [TestMethod]
    [DataRow(4096)]
    [DataRow(8192)]
    public async Task Large_keys_fit_into_a_login(int bits)
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using RSA key = LargeKeys.OfSize(bits);
        await AccountAsync(server, "alice", key);
        using CompactClient client = await OpenAsync(server);
        await client.SendAsync(Signed.LoginFrame("alice", key, client));

        Assert.AreEqual("ok", (string?)(await client.ReceiveAsync(FrameType.Result)).Json["code"]);
    }

    [TestMethod]
    [DataRow("another nonce")]
    [DataRow("another certificate")]
    [DataRow("no certificate")]
    [DataRow("another name of the same key")]
    [DataRow("another spelling of the name")]
    [DataRow("another purpose")]
    [DataRow("another key's signature")]
    [DataRow("a key of another account")]
    [DataRow("a key of no account")]
    [DataRow("a key that was removed")]
    [DataRow("an unknown name")]
    [DataRow("another padding")]
    [DataRow("a signature cut off")]
    [DataRow("a signature with more behind it")]
    [DataRow("no signature")]
    [DataRow("a signature that is no base64")]
    [DataRow("a private key")]
    [DataRow("a small key")]
    [DataRow("a curve")]
    [DataRow("a key that is too large")]
    [DataRow("no key")]
    public async Task Whatever_else_is_signed_fails_and_all_failures_are_the_same(string what)
    {
        await using RunningServer server = await RunningServer.StartAsync();
        (RSA key, RSA other) = ClientKeys.Two();
        await AccountAsync(server, "alice", key);
        await AccountAsync(server, "bob", key);
        await AccountAsync(server, "carol", other);
        using CompactClient client = await OpenAsync(server, overTls: true);
        string pem = key.ExportSubjectPublicKeyInfoPem();
        byte[] shown = client.CertificateHash;
        string right = Signed.By(key, Signed.Login, "alice", client);
        using RSA small = RSA.Create(1024);
        using ECDsa curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (what == "a key that was removed")
            await server.Database.RemoveKeyAsync("alice", "laptop", _guard);

        (string name, string publicKey, string signature) = what switch
        {
            "another nonce" => ("alice", pem, Signed.By(key, Signed.Login, "alice", new byte[32], shown)),
            "another certificate" => ("alice", pem, Signed.By(key, Signed.Login, "alice", client.Nonce, SHA256.HashData("another"u8))),
            "no certificate" => ("alice", pem, Signed.By(key, Signed.Login, "alice", client.Nonce, [])),
            "another name of the same key" => ("bob", pem, right),
            "another spelling of the name" => ("Alice", pem, right),
            "another purpose" => ("alice", pem, Signed.By(key, Signed.Key, "alice", client)),
            "another key's signature" => ("alice", pem, Signed.By(other, Signed.Login, "alice", client)),
            "a key of another account" => ("carol", pem, Signed.By(key, Signed.Login, "carol", client)),
            "a key of no account" => ("alice", other.ExportSubjectPublicKeyInfoPem(), Signed.By(other, Signed.Login, "alice", client)),
            "a key that was removed" => ("alice", pem, right),
            "an unknown name" => ("dave", pem, Signed.By(key, Signed.Login, "dave", client)),
            "another padding" => ("alice", pem, Convert.ToBase64String(key.SignData(
                Signed.Bytes(Signed.Login, "alice", client.Nonce, shown), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))),
            "a signature cut off" => ("alice", pem, right[..^4]),
            "a signature with more behind it" => ("alice", pem, right.TrimEnd('=') + new string('A', 1200)),
            "no signature" => ("alice", pem, ""),
            "a signature that is no base64" => ("alice", pem, "!" + right[1..]),
            "a private key" => ("alice", key.ExportPkcs8PrivateKeyPem(), right),
            "a small key" => ("alice", small.ExportSubjectPublicKeyInfoPem(), Signed.By(small, Signed.Login, "alice", client)),
            "a curve" => ("alice", curve.ExportSubjectPublicKeyInfoPem(), right),
            "a key that is too large" => ("alice", $"-----BEGIN PUBLIC KEY-----\n{new string('A', 3_000)}\n-----END PUBLIC KEY-----", right),
            _ => ("alice", "", right),
        };
        await client.SendAsync(Signed.LoginFrame(name, publicKey, signature));
        Assert.AreEqual(
            """{"code":"failure","text":"The name or the key is wrong."}""", (await client.ReceiveAsync(FrameType.Result)).Json.ToJsonString());

        // The nonce is the connection's for good: what is right is right after a failure too.
        if (what == "a key that was removed")
            return;
        await client.SendAsync(Signed.LoginFrame("alice", pem, right));
        Assert.AreEqual("ok", (string?)(await client.ReceiveAsync(FrameType.Result)).Json["code"]);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task A_replayed_signature_fails(bool overTls)
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using RSA key = await AccountAsync(server, "alice");
        using CompactClient owner = await OpenAsync(server, overTls);
        RawFrame login = Signed.LoginFrame("alice", key, owner);
        await owner.SendAsync(login);
        Assert.AreEqual("ok", (string?)(await owner.ReceiveAsync(FrameType.Result)).Json["code"]);

        using CompactClient thief = await OpenAsync(server, overTls);
        await thief.SendAsync(login);
        Assert.AreEqual("failure", (string?)(await thief.ReceiveAsync(FrameType.Result)).Json["code"]);
    }

    [TestMethod]
    public async Task A_signature_made_without_TLS_is_refused_inside_TLS_and_vice_versa()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using RSA key = await AccountAsync(server, "alice");
        using CompactClient plain = await OpenAsync(server);
        using CompactClient tls = await OpenAsync(server, overTls: true);
        string pem = key.ExportSubjectPublicKeyInfoPem();
        await plain.SendAsync(Signed.LoginFrame("alice", pem, Signed.By(key, Signed.Login, "alice", plain.Nonce, tls.CertificateHash)));
        await tls.SendAsync(Signed.LoginFrame("alice", pem, Signed.By(key, Signed.Login, "alice", tls.Nonce, [])));

        Assert.AreEqual("failure", (string?)(await plain.ReceiveAsync(FrameType.Result)).Json["code"]);
        Assert.AreEqual("failure", (string?)(await tls.ReceiveAsync(FrameType.Result)).Json["code"]);
    }

    [TestMethod]
    public async Task Failures_count_as_attempts()
    {
        await using RunningServer server = await RunningServer.StartAsync(options => options.Login.MaxAttempts = 2);
        using RSA key = await AccountAsync(server, "alice");
        using CompactClient client = await OpenAsync(server);
        RawFrame wrong = Signed.LoginFrame("alice", key.ExportSubjectPublicKeyInfoPem(), "");
        await client.SendAsync(wrong, wrong, Signed.LoginFrame("alice", key, client));

        await client.ReceiveAsync(FrameType.Result);
        await client.ReceiveAsync(FrameType.Result);
        Assert.AreEqual("too-many-attempts", await client.ReceiveCloseAsync());
    }

    [TestMethod]
    public async Task Nobody_is_registered_by_key()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using RSA key = ClientKeys.Next();
        using CompactClient client = await OpenAsync(server);
        await client.SendAsync(Signed.LoginFrame("alice", key, client));
        Assert.AreEqual("failure", (string?)(await client.ReceiveAsync(FrameType.Result)).Json["code"]);

        Assert.IsNull(await server.Database.GetKeysAsync("alice", _guard));
    }

    [TestMethod]
    [DataRow("{\"mechanism\":\"KEY\",\"username\":\"alice\",\"signature\":\"\"}")]
    [DataRow("{\"mechanism\":\"KEY\",\"username\":\"alice\",\"publicKey\":\"\"}")]
    [DataRow("{\"mechanism\":\"KEY\",\"publicKey\":\"\",\"signature\":\"\"}")]
    public async Task A_login_that_lacks_something_is_refused_and_no_attempt(string json)
    {
        await using RunningServer server = await RunningServer.StartAsync(options => options.Login.MaxAttempts = 1);
        using CompactClient client = await OpenAsync(server);
        await client.SendAsync(new RawFrame(FrameType.Login, System.Text.Encoding.UTF8.GetBytes(json)), RawFrame.Login("alice", "secret"));

        Assert.AreEqual("refused", (string?)(await client.ReceiveAsync(FrameType.Result)).Json["code"]);
        Assert.AreEqual("ok", (string?)(await client.ReceiveAsync(FrameType.Result)).Json["code"]);
    }

    [TestMethod]
    public async Task A_name_that_is_no_text_ends_the_connection()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using CompactClient client = await OpenAsync(server);
        await client.SendAsync(new RawFrame(
            FrameType.Login, """{"mechanism":"KEY","username":"\ud800","publicKey":"x","signature":"x"}"""u8.ToArray()));

        Assert.AreEqual("bad-frame", await client.ReceiveCloseAsync());
    }

    [TestMethod]
    public async Task Where_no_account_has_keys_none_is_offered_or_taken()
    {
        await using RunningServer server = await RunningServer.StartAsync(services: OpenDatabase.Use);
        using RSA key = ClientKeys.Next();
        using CompactClient client = await CompactClient.ConnectAsync(server.EndPoint);
        CollectionAssert.AreEqual(new[] { "PLAIN" }, Mechanisms(await client.HelloAsync()));

        await client.SendAsync(Signed.LoginFrame("alice", key, client));
        Assert.AreEqual("refused", (string?)(await client.ReceiveAsync(FrameType.Result)).Json["code"]);
    }

    [TestMethod]
    [DataRow("192.0.2.1", false)]
    [DataRow("::ffff:192.0.2.1", false)]
    [DataRow("127.0.0.1", true)]
    [DataRow("::1", true)]
    public async Task Without_TLS_it_is_for_this_machine_whatever_passwords_are(string address, bool isOffered)
    {
        var keys = new Mock<IUserKeys>();
        keys.Setup(all => all.AuthenticateKeyAsync(It.IsAny<Credentials>(), It.IsAny<CancellationToken>())).ReturnsAsync(LoginResult.Ok("alice"));
        var pair = new PipePair();
        var options = new ServerOptions { Login = { Plaintext = PlaintextPolicy.Anywhere } };
        await using var connection = new Connection(pair.Server, new(new IPEndPoint(IPAddress.Parse(address), 7)), options, ServerKey.Ephemeral);
        Task<string?> authenticating = Srv.UserAuthenticateAsync(connection, Mock.Of<IUserDatabase>(), keys.Object, cancellationToken: _guard).AsTask();
        using CompactClient client = CompactClient.On(TransportPairs.StreamOn(pair.Client));
        using RSA key = ClientKeys.Next();

        CollectionAssert.AreEqual(isOffered ? new[] { "PLAIN", "KEY" } : ["PLAIN"], Mechanisms(await client.HelloAsync()));
        await client.SendAsync(Signed.LoginFrame("alice", key, client));
        Assert.AreEqual(isOffered ? "ok" : "refused", (string?)(await client.ReceiveAsync(FrameType.Result)).Json["code"]);
        client.Dispose();
        Assert.AreEqual(isOffered ? "alice" : null, await authenticating);
    }

    private static string?[] Mechanisms(RawFrame hello) => [.. hello.Json["mechanisms"]!.AsArray().Select(node => (string?)node)];

    private static async Task<CompactClient> OpenAsync(RunningServer server, bool overTls = false)
    {
        CompactClient client = overTls
            ? await CompactClient.ConnectTlsAsync(server.EndPoint)
            : await CompactClient.ConnectAsync(server.EndPoint);
        await client.HelloAsync();
        return client;
    }

    /// <summary>Makes an account with a key.</summary>
    private async Task<RSA> AccountAsync(RunningServer server, string name, RSA? key = null)
    {
        key ??= ClientKeys.Next();
        using (await CompactClient.JoinAsync(server.EndPoint, name))
            Assert.AreEqual(AddKeyResult.Added, await server.Database.AddKeyAsync(name, "laptop", key.ExportSubjectPublicKeyInfo(), _guard));
        return key;
    }
}
