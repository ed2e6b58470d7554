using System.Security.Cryptography;
using System.Text;
using ServerLib.Protocol;
using ServerLib.Tests.EndToEnd;

namespace ServerLib.Tests.Protocol;

[TestClass]
public sealed class ClassicProtocolTests
{
    private static readonly RSA ClientKey = RSA.Create(2048);

    [TestMethod]
    public void TryReadCredentials_reads_both_frames_and_trims_only_the_name()
    {
        byte[] bytes = [.. EndToEnd.ClassicWire.Plain(" bob\n"), .. EndToEnd.ClassicWire.Plain(" pass word\n"), 1, 2];
        ClassicProtocol protocol = NewProtocol();

        for (int length = 0; length < bytes.Length - 2; length++)
            Assert.AreEqual(ReadStatus.NeedMore, protocol.TryReadCredentials(bytes.AsSpan(0, length), out _, out _));
        Assert.AreEqual(ReadStatus.Complete, protocol.TryReadCredentials(bytes, out int consumed, out var credentials));
        Assert.AreEqual(bytes.Length - 2, consumed);
        Assert.AreEqual(new LoginRequest("bob", " pass word\n"), credentials);
    }

    [TestMethod]
    public void TryReadCredentials_refuses_frames_over_4_KiB_and_invalid_UTF8()
    {
        ClassicProtocol protocol = NewProtocol();
        Assert.AreEqual(
            ReadStatus.TooLarge, protocol.TryReadCredentials(EndToEnd.ClassicWire.Header("4097"), out _, out _));
        byte[] bytes = [.. EndToEnd.ClassicWire.Plain([0xFF]), .. EndToEnd.ClassicWire.Plain("x")];
        Assert.AreEqual(ReadStatus.Malformed, protocol.TryReadCredentials(bytes, out _, out _));
    }

    [TestMethod]
    public void Login_answers_are_OK_FAILURE_and_the_welcome()
    {
        var frames = new Frames();
        ClassicProtocol protocol = NewProtocol();
        protocol.WriteLoginResult(frames, new LoginResult(LoginCode.Busy));
        protocol.WriteLoginResult(frames, LoginResult.Ok("bob"));
        protocol.WriteWelcome(frames, "bob", "Be kind.", session: 7);

        CollectionAssert.AreEqual(
            new[] { "7".PadRight(64) + "FAILURE", "2".PadRight(64) + "OK", "20".PadRight(64) + "Welcome bob\nBe kind." },
            frames.All.Select(Encoding.UTF8.GetString).ToArray());
    }

    [TestMethod]
    public void TryReadMessage_decrypts_text_and_recognizes_a_disconnect()
    {
        ClassicProtocol protocol = NewProtocol();
        using var serverKey = RSA.Create();
        serverKey.ImportFromPem(ServerKey.Ephemeral.PublicKeyPem);

        Assert.AreEqual((ReadStatus.Complete, "hi\n"), Read(EndToEnd.ClassicWire.Encrypted(serverKey, "hi\n")));
        Assert.AreEqual((ReadStatus.Complete, "disconnect"), Read(EndToEnd.ClassicWire.Encrypted(serverKey, "disconnect")));
        Assert.AreEqual((ReadStatus.Complete, "disconnect\r\n"), Read(EndToEnd.ClassicWire.Encrypted(serverKey, "disconnect\r\n")));
        Assert.AreEqual((ReadStatus.Left, ""), Read(EndToEnd.ClassicWire.Encrypted(serverKey, "disconnect\n")));
        Assert.AreEqual((ReadStatus.Left, ""), Read(EndToEnd.ClassicWire.Encrypted(serverKey, "")));
        Assert.AreEqual((ReadStatus.Left, ""), Read(EndToEnd.ClassicWire.Sealed("")));
        Assert.AreEqual((ReadStatus.Malformed, ""), Read(EndToEnd.ClassicWire.Encrypted(serverKey, [0xC3, 0x28])));
        Assert.AreEqual((ReadStatus.Malformed, ""), Read(EndToEnd.ClassicWire.Encrypted(ClientKey, "for another key")));
        Assert.AreEqual((ReadStatus.Malformed, ""), Read(EndToEnd.ClassicWire.Sealed("%%%%")));
        Assert.AreEqual((ReadStatus.Malformed, ""), Read(EndToEnd.ClassicWire.Sealed("AAAA")));
        Assert.AreEqual((ReadStatus.TooLarge, ""), Read(EndToEnd.ClassicWire.EncryptedHeader("65537")));

        (ReadStatus, string) Read(byte[] frame)
        {
            ReadStatus status = protocol.TryReadMessage(frame, out _, out Message message);
            return (status, message.Text);
        }
    }

    [TestMethod]
    public void WriteMessage_before_the_keys_are_exchanged_writes_nothing()
    {
        var frames = new Frames();

        Assert.AreEqual(SendOutcome.Dropped, NewProtocol().WriteMessage(frames, OutgoingMessage.ToRoom("bob", new Message("hi"))));
        Assert.IsEmpty(frames.All);
    }

    [TestMethod]
    public void WriteMessage_with_a_body_that_is_not_UTF8_writes_nothing()
    {
        var frames = new Frames();

        Assert.AreEqual(SendOutcome.Dropped, WithKeys().WriteMessage(frames, OutgoingMessage.ToRoom("bob", new Message(new byte[] { 0xFF }))));
        Assert.IsEmpty(frames.All);
    }

    [TestMethod]
    [DataRow(185, 1)]
    [DataRow(186, 2)]
    [DataRow(5_000, 28)]
    public void WriteMessage_splits_a_text_at_the_size_of_one_block(int length, int blocks)
    {
        // A 2048-bit key carries 190 bytes, of which "bob: " takes five.
        string text = new('x', length);
        string[] received = Send(WithKeys(), "bob", text);

        Assert.HasCount(blocks, received);
        Assert.AreEqual(text, string.Concat(received.Select(part => part["bob: ".Length..])));
        Assert.IsTrue(received.All(part => part.StartsWith("bob: ", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void WriteMessage_splits_no_character()
    {
        string text = string.Concat(Enumerable.Repeat("a😀é☃", 100));
        string[] received = Send(WithKeys(), "bob", text);

        Assert.AreEqual(text, string.Concat(received.Select(part => part["bob: ".Length..])));
    }

    [TestMethod]
    public void WriteMessage_works_with_the_longest_name()
    {
        string name = string.Concat(Enumerable.Repeat("😀", 32));
        string[] received = Send(WithKeys(), name, new string('é', 200));

        Assert.AreEqual(new string('é', 200), string.Concat(received.Select(part => part[(name.Length + 2)..])));
    }

    [TestMethod]
    public void WriteMessage_with_a_sender_that_leaves_no_room_writes_nothing()
    {
        var frames = new Frames();

        Assert.AreEqual(SendOutcome.Dropped, WithKeys().WriteMessage(frames, OutgoingMessage.ToRoom(new string('x', 190), new Message("hi"))));
        Assert.IsEmpty(frames.All);
    }

    [TestMethod]
    public void WriteMessage_replaces_line_ends_inside_a_text() =>
        Assert.AreEqual("bob: hi\uFFFDeve: forged\n", Send(WithKeys(), "bob", "hi\neve: forged\n").Single());

    [TestMethod]
    public void WriteMessage_sends_an_empty_text_as_one_block() => Assert.AreEqual("bob: ", Send(WithKeys(), "bob", "").Single());

    [TestMethod]
    public void TryReadMessage_marks_lines_of_classic_clients()
    {
        using var serverKey = RSA.Create();
        serverKey.ImportFromPem(ServerKey.Ephemeral.PublicKeyPem);
        NewProtocol().TryReadMessage(EndToEnd.ClassicWire.Encrypted(serverKey, "hi\n"), out _, out Message message);

        Assert.AreEqual("hi", Encoding.UTF8.GetString(message.CompactBody));
    }

    [TestMethod]
    public void TryReadKey_accepts_a_public_key_and_refuses_other_text()
    {
        byte[] frame = EndToEnd.ClassicWire.Plain(ClientKey.ExportSubjectPublicKeyInfoPem());

        Assert.AreEqual(ReadStatus.NeedMore, ClassicProtocol.TryReadKey(frame.AsSpan(0, 100), out _, out _));
        Assert.AreEqual(ReadStatus.Complete, ClassicProtocol.TryReadKey(frame, out int consumed, out RSA? key));
        using (key)
            Assert.AreEqual((frame.Length, ClientKey.ExportSubjectPublicKeyInfoPem()), (consumed, key!.ExportSubjectPublicKeyInfoPem()));
        Assert.AreEqual(ReadStatus.BadKey, ClassicProtocol.TryReadKey(EndToEnd.ClassicWire.Plain("x"), out _, out key));
        Assert.IsNull(key);
    }

    [TestMethod]
    public void WriteServerKey_sends_the_key_as_a_plain_frame()
    {
        var frames = new Frames();
        NewProtocol().WriteServerKey(frames, RsaPublicKey.Import(Encoding.ASCII.GetBytes(ClientKey.ExportSubjectPublicKeyInfoPem()))!);

        CollectionAssert.AreEqual(EndToEnd.ClassicWire.Plain(ServerKey.Ephemeral.PublicKeyPem), frames.All.Single());
    }

    [TestMethod]
    public void WriteMessage_drops_a_text_that_needs_more_than_128_blocks()
    {
        // 185 bytes fit beside "bob: ", but the limit reckons with three bytes lost to a character at each split.
        const int Longest = (185 - 3) * 128;

        Assert.HasCount((Longest + 184) / 185, Send(WithKeys(), "bob", new string('x', Longest)));
        var frames = new Frames();
        Assert.AreEqual(
            SendOutcome.Dropped, WithKeys().WriteMessage(frames, OutgoingMessage.ToRoom("bob", new Message(new string('x', Longest + 1)))));
        Assert.IsEmpty(frames.All);
    }

    [TestMethod]
    [DataRow(184, true)]
    [DataRow(185, false)]
    public void WriteMessage_needs_room_for_one_character_beside_the_name(int nameLength, bool isSent)
    {
        var frames = new Frames();
        SendOutcome outcome = WithKeys().WriteMessage(frames, OutgoingMessage.ToRoom(new string('x', nameLength), new Message("\U0001F600")));

        Assert.AreEqual(isSent ? SendOutcome.Sent : SendOutcome.Dropped, outcome);
        Assert.HasCount(isSent ? 1 : 0, frames.All);
    }

    [TestMethod]
    public void WriteMessage_to_one_recipient_is_encrypted_too()
    {
        var frames = new Frames();

        Assert.AreEqual(SendOutcome.Sent, WithKeys().WriteMessage(frames, "bob", new Message("hi")));
        Assert.HasCount(1, frames.All);
    }

    [TestMethod]
    public void WriteMessage_returns_the_worst_outcome_of_its_blocks()
    {
        var sink = new Outcomes(SendOutcome.Sent, SendOutcome.Queued, SendOutcome.Sent);
        using OutgoingMessage message = OutgoingMessage.ToRoom("bob", new Message(new string('x', 500)));

        Assert.AreEqual(SendOutcome.Queued, WithKeys().WriteMessage(sink, message));
    }

    [TestMethod]
    public void WriteMessage_charges_the_sender_for_each_block()
    {
        var sender = new Sender();
        using OutgoingMessage message = OutgoingMessage.ToRoom("bob", new Message(new string('x', 185 * 100)) { Charge = sender });
        WithKeys().WriteMessage(new Frames(), message);
        message.Charge();

        // A 2048-bit key takes 37 microseconds for each block.
        Assert.AreEqual(3, sender.Tokens);
    }

    private static ClassicProtocol NewProtocol() => new("disconnect\n", 64 * 1024, ServerKey.Ephemeral);

    private static ClassicProtocol WithKeys()
    {
        ClassicProtocol protocol = NewProtocol();
        protocol.WriteServerKey(new Frames(), RsaPublicKey.Import(Encoding.ASCII.GetBytes(ClientKey.ExportSubjectPublicKeyInfoPem()))!);
        return protocol;
    }

    private static string[] Send(ClassicProtocol protocol, string sender, string text)
    {
        var frames = new Frames();
        Assert.AreEqual(SendOutcome.Sent, protocol.WriteMessage(frames, OutgoingMessage.ToRoom(sender, new Message(text))));
        lock (ClientKey)
        {
            return [.. frames.All.Select(frame => Encoding.UTF8.GetString(
                ClientKey.Decrypt(Convert.FromBase64String(Encoding.ASCII.GetString(frame, 64, frame.Length - 64)), RSAEncryptionPadding.OaepSHA256)))];
        }
    }

    private sealed class Outcomes(params SendOutcome[] outcomes) : IFrameSink
    {
        private int _next;

        public SendOutcome Write(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body) => outcomes[_next++];
    }

    private sealed class Sender : IMessageCharge
    {
        public int Tokens { get; private set; }

        public void Charge(int tokens) => Tokens += tokens;
    }
}
