using System.Security.Cryptography;
using System.Text.Json;
using Moq;
using ServerLib.Accounts;
using ServerLib.Serving;

namespace ServerLib.Tests.Serving;

[TestClass]
public sealed class KeyRequestsTests
{
    [TestMethod]
    public async Task A_key_that_is_removed_while_its_owner_is_sent_away_is_written_down()
    {
        using var folder = new TempFolder();
        CancellationToken guard = Guard.NewToken();
        await using var audit = new AuditTrail(folder.Path);
        var keys = new Mock<IUserKeys>();
        Connections.MemoryClient alice = await Connections.MemoryClient.CompactAsync("alice");
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
