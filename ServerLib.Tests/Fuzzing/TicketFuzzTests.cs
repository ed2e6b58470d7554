using System.Buffers.Text;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using ServerLib.Authentication;

namespace ServerLib.Tests.Fuzzing;

/// <summary>Tickets of clients, and the file with their keys.</summary>
[TestClass]
public sealed class TicketFuzzTests
{
    [TestMethod]
    public void A_mutated_ticket_does_not_open()
    {
        var ring = new TicketKeyRing(null, TimeProvider.System, NullLogger.Instance);
        byte[] sealedTicket = Encoding.ASCII.GetBytes(new Ticket("alice", Guid.NewGuid(), 1, 2, 3).Seal(ring.Current));
        byte[] content = Base64Url.DecodeFromChars(Encoding.ASCII.GetString(sealedTicket));
        Fuzzer.Run(Corpus.Of("ticket"), Shape.Bytes, 3_000, input =>
        {
            Assert.IsFalse(Ticket.TryOpen(Encoding.Latin1.GetString(input.Bytes), ring, out _));

            // The input as a change of a valid ticket.
            byte[] changed = [.. content];
            for (int i = 0; i < input.Bytes.Length; i++)
                changed[(int)(((uint)input.Cuts[0] + (uint)i) % (uint)changed.Length)] ^= input.Bytes[i];
            bool isSame = changed.AsSpan().SequenceEqual(content);
            Assert.AreEqual(isSame, Ticket.TryOpen(Base64Url.EncodeToString(changed), ring, out _));
        });
    }

    [TestMethod]
    public void A_mutated_key_file_is_used_or_replaced()
    {
        using var folder = new TempFolder();
        int number = 0;
        Fuzzer.Run(Corpus.Of("ticket-keys"), Shape.Bytes, 400, input =>
        {
            string path = folder.File($"{Interlocked.Increment(ref number)}.json");
            File.WriteAllBytes(path, input.Bytes);
            TicketKey key = new TicketKeyRing(path, TimeProvider.System, NullLogger.Instance).Current;
            Assert.HasCount(TicketKey.Size, key.Secret);
            Assert.AreEqual(key.Id, new TicketKeyRing(path, TimeProvider.System, NullLogger.Instance).Current.Id);
            File.Delete(path);
        });
        Assert.IsEmpty(Directory.GetFiles(folder.Path));
    }
}
