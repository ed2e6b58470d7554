using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Moq;
using ServerLib.Messaging;
using ServerLib.Tests.Cli.Chat;
using ServerLib.Tests.Compact;
using ServerLib.Tests.Connections;
using ServerLib.Tests.EndToEnd;

namespace ServerLib.Tests.Messaging;

[TestClass]
public sealed class KeyRequestsTests
{
    [TestMethod]
    public async Task That_keys_are_saved_over_tls_only_comes_before_anything_about_the_key()
    {
        CancellationToken guard = Guard.NewToken();
        using RSA key = ClientKeys.Next();
        var far = new Connections.MemoryConnection(new ServerOptions { Login = { Plaintext = PlaintextPolicy.Anywhere } }, from: IPAddress.Parse("203.0.113.1"));
        await far.Compact.SendLoginAsync("alice");
        await far.Connection.Login.ReadCredentialsAsync(guard);
        var requests = new KeyRequests(Mock.Of<IConnectionLedger>(), Mock.Of<IUserKeys>());

        await requests.TakeAsync(
            far.Connection, new Message(JsonSerializer.SerializeToUtf8Bytes(new { publicKey = key.ExportSubjectPublicKeyInfoPem(), save = "laptop" })));
        RawFrame answer = (await far.Compact.ReceiveFramesAsync(2))[1];
        Assert.AreEqual("Keys are saved over TLS only.", (string?)answer.Json["text"]);
    }

    [TestMethod]
    [DataRow("laptop", 350)]
    [DataRow("phone", 500)]
    public async Task Changes_to_the_account_that_were_made_count_many_times(string key, int left)
    {
        var keys = new Mock<IUserKeys>();
        keys.Setup(k => k.RemoveKeyAsync("alice", "laptop", It.IsAny<CancellationToken>()))
            .ReturnsAsync(new UserKey("laptop", "SHA256:x", DateTimeOffset.UnixEpoch, null));
        var options = new ServerOptions { Limits = { MaxMessageRate = 1, MaxMessageBurst = 500 } };
        Connections.RecordedConnection alice = await Connections.RecordedConnection.CompactAsync("alice", options, new FakeTimeProvider());

        await new KeyRequests(Mock.Of<IConnectionLedger>(), keys.Object)
            .TakeAsync(alice.Connection, new Message(JsonSerializer.SerializeToUtf8Bytes(new { remove = key })));
        alice.Transport.Feed((byte[])[.. Enumerable.Range(0, 501).SelectMany(_ => RawFrame.Message("x").ToBytes())]);
        await alice.Connection.WaitToReceiveAsync();
        int read = 0;
        while (alice.Connection.TryReceive(out _))
            read++;
        Assert.AreEqual(left, read);
    }

    [TestMethod]
    public async Task A_key_that_is_removed_while_its_owner_is_sent_away_is_written_down()
    {
        using var folder = new TempFolder();
        CancellationToken guard = Guard.NewToken();
        await using var audit = new AuditTrail(folder.Path);
        var keys = new Mock<IUserKeys>();
        Connections.RecordedConnection alice = await Connections.RecordedConnection.CompactAsync("alice");
        keys.Setup(k => k.RemoveKeyAsync("alice", "laptop", It.IsAny<CancellationToken>()))
            .Returns(async (string _, string _, CancellationToken cancellation) =>
            {
                alice.Connection.End(DisconnectReason.Kicked);
                if (cancellation.CanBeCanceled)
                    await Task.Delay(Timeout.Infinite, cancellation);
                return new UserKey("laptop", "SHA256:x", DateTimeOffset.UnixEpoch, null);
            });
        var requests = new KeyRequests(Mock.Of<IConnectionLedger>(), keys.Object, audit);
        byte[] remove = JsonSerializer.SerializeToUtf8Bytes(new { remove = "laptop" });
        try
        {
            await requests.TakeAsync(alice.Connection, new Message(remove));
        }
        catch (OperationCanceledException)
        {
            // What is left of the answer has nobody to go to.
        }

        AuditEntry entry = (await audit.ReadNewestAsync(1)).Single();
        Assert.AreEqual((AuditEvent.KeyRemoved, "alice"), (entry.Event, entry.Name));
    }
}
