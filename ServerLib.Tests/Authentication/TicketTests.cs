using System.Buffers.Text;
using Microsoft.Extensions.Logging.Abstractions;
using ServerLib.Authentication;

namespace ServerLib.Tests.Authentication;

/// <summary>Sealed tickets, as somebody sees them who does not have the keys.</summary>
[TestClass]
public sealed class TicketTests
{
    private readonly TicketKeyRing _ring = NewRing();
    private readonly Ticket _ticket = new("alice", Guid.NewGuid(), 1, 2, 3);

    [TestMethod]
    [DataRow("a")]
    [DataRow("Zoë")]
    [DataRow("𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞")]
    public void A_sealed_ticket_opens_and_has_at_most_512_characters(string name)
    {
        Ticket ticket = _ticket with { Alias = name };
        string text = ticket.Seal(_ring.Current);

        Assert.IsLessThanOrEqualTo(512, text.Length);
        Assert.IsTrue(Ticket.TryOpen(text, _ring, out Ticket? opened));
        Assert.AreEqual(ticket, opened);
    }

    [TestMethod]
    public void Two_tickets_with_the_same_content_differ_and_show_nothing_of_it()
    {
        string first = _ticket.Seal(_ring.Current);

        Assert.AreNotEqual(first, _ticket.Seal(_ring.Current));
        CollectionAssert.AreNotEqual("alice"u8.ToArray(), Base64Url.DecodeFromChars(first)[^21..^16]);
    }

    [TestMethod]
    public void A_ticket_with_any_bit_changed_does_not_open()
    {
        byte[] bytes = Base64Url.DecodeFromChars(_ticket.Seal(_ring.Current));
        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            byte[] changed = [.. bytes];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.IsFalse(Ticket.TryOpen(Base64Url.EncodeToString(changed), _ring, out _), $"bit {bit}");
        }
    }

    [TestMethod]
    public void A_ticket_of_any_other_length_does_not_open()
    {
        byte[] bytes = Base64Url.DecodeFromChars(_ticket.Seal(_ring.Current));
        for (int length = 0; length < 600; length++)
        {
            byte[] other = [.. bytes.Take(length), .. new byte[Math.Max(0, length - bytes.Length)]];
            Assert.AreEqual(length == bytes.Length, Ticket.TryOpen(Base64Url.EncodeToString(other), _ring, out _), $"length {length}");
        }
    }

    [TestMethod]
    public void A_ticket_of_another_ring_does_not_open_even_with_the_id_of_a_key()
    {
        TicketKey forged = new(_ring.Current.Id, new byte[TicketKey.Size], DateTime.UtcNow);

        Assert.IsFalse(Ticket.TryOpen(_ticket.Seal(NewRing().Current), _ring, out _));
        Assert.IsFalse(Ticket.TryOpen(_ticket.Seal(forged), _ring, out _));
    }

    private static TicketKeyRing NewRing() => new(null, TimeProvider.System, NullLogger.Instance);
}
