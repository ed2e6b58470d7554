using System.Text;
using CsCheck;
using ServerLib.Protocol;

namespace ServerLib.Tests.Protocol;

[TestClass]
public sealed class ClassicFrameTests
{
    [TestMethod]
    [DataRow("5")]
    [DataRow("5                                                               ")]
    [DataRow("                                                               5")]
    [DataRow("   5   ")]
    [DataRow("0000000000000000000000000000000000000000000000000000000000000005")]
    public void TryReadPlain_accepts_any_padding_of_the_header(string header)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(header.PadRight(64) + "hello, and what follows");

        Assert.AreEqual(ReadStatus.Complete, ClassicFrame.TryReadPlain(bytes, 100, out int consumed, out ReadOnlySpan<byte> content));
        Assert.AreEqual(69, consumed);
        Assert.AreEqual("hello", Encoding.ASCII.GetString(content));
    }

    [TestMethod]
    [DataRow("MTI=")]
    [DataRow("MTI")]
    [DataRow("  MTI=")]
    [DataRow("MDAxMg==", DisplayName = "leading zeros")]
    [DataRow("MTIgIA==", DisplayName = "padded before it was encoded")]
    public void TryReadEncrypted_accepts_any_padding_of_the_header(string header)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(header.PadRight(64) + "aGVsbG8gYW5k");

        Assert.AreEqual(ReadStatus.Complete, ClassicFrame.TryReadEncrypted(bytes, 100, out int consumed, out ReadOnlySpan<byte> content));
        Assert.AreEqual(76, consumed);
        Assert.AreEqual(12, content.Length);
    }

    [TestMethod]
    [DataRow("", ReadStatus.Malformed)]
    [DataRow("-5", ReadStatus.Malformed)]
    [DataRow("+5", ReadStatus.Malformed)]
    [DataRow("5 5", ReadStatus.Malformed)]
    [DataRow("0x5", ReadStatus.Malformed)]
    [DataRow("5\t", ReadStatus.Malformed)]
    [DataRow("٥", ReadStatus.Malformed, DisplayName = "a digit that is not ASCII")]
    [DataRow("101", ReadStatus.TooLarge)]
    [DataRow("9999999999999999999999999999999999999999999999999999999999999999", ReadStatus.TooLarge)]
    public void TryReadPlain_refuses_an_invalid_header_before_the_content_arrives(string header, object expected)
    {
        byte[] bytes = [.. Encoding.UTF8.GetBytes(header), .. new byte[64].Select(_ => (byte)' ')];

        Assert.AreEqual((ReadStatus)expected, ClassicFrame.TryReadPlain(bytes.AsSpan(0, 64), 100, out _, out _));
    }

    [TestMethod]
    [DataRow("%%%%")]
    [DataRow("====")]
    [DataRow("QUJD", DisplayName = "base64 of ABC")]
    [DataRow("M")]
    [DataRow("")]
    public void TryReadEncrypted_refuses_a_header_that_is_not_a_number(string header) =>
        Assert.AreEqual(
            ReadStatus.Malformed, ClassicFrame.TryReadEncrypted(Encoding.ASCII.GetBytes(header.PadRight(64)), 100, out _, out _));

    [TestMethod]
    public void TryReadPlain_needs_more_until_the_last_byte_has_arrived()
    {
        byte[] frame = [.. Encoding.ASCII.GetBytes("3".PadRight(64)), 1, 2, 3];

        for (int length = 0; length < frame.Length; length++)
            Assert.AreEqual(ReadStatus.NeedMore, ClassicFrame.TryReadPlain(frame.AsSpan(0, length), 100, out _, out _));
        Assert.AreEqual(ReadStatus.Complete, ClassicFrame.TryReadPlain(frame, 100, out _, out _));
    }

    [TestMethod]
    public void TryReadPlain_accepts_a_content_of_the_largest_size() =>
        Assert.AreEqual(ReadStatus.NeedMore, ClassicFrame.TryReadPlain(Encoding.ASCII.GetBytes("100".PadRight(64)), 100, out _, out _));

    [TestMethod]
    public void Arbitrary_bytes_cause_no_exception() =>
        Gen.Byte.Array[0, 200].Sample(bytes =>
        {
            ReadStatus plain = ClassicFrame.TryReadPlain(bytes, 100, out int consumed, out _);
            bool ok = plain == ReadStatus.Complete ? consumed is >= 64 and <= 164 : consumed == 0;
            ReadStatus encrypted = ClassicFrame.TryReadEncrypted(bytes, 100, out consumed, out _);
            return ok && (encrypted == ReadStatus.Complete ? consumed is >= 64 and <= 164 : consumed == 0);
        });

    [TestMethod]
    public void WritePlain_pads_the_header_on_the_right_and_counts_bytes()
    {
        var frames = new Frames();
        ClassicFrame.WritePlain(frames, "é!");

        Assert.AreEqual("3".PadRight(64) + "é!", Encoding.UTF8.GetString(frames.All.Single()));
    }

    [TestMethod]
    public void WriteEncrypted_encodes_both_parts()
    {
        var frames = new Frames();
        ClassicFrame.WriteEncrypted(frames, new byte[256]);

        string frame = Encoding.ASCII.GetString(frames.All.Single());
        Assert.AreEqual("MzQ0".PadRight(64), frame[..64]);
        CollectionAssert.AreEqual(new byte[256], Convert.FromBase64String(frame[64..]));
    }
}
