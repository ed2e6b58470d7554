using ServerLib.Protocol;

namespace ServerLib.Tests.Protocol;

[TestClass]
public sealed class CompactFrameTests
{
    [TestMethod]
    public void TryRead_waits_for_the_last_byte_and_reads_no_further()
    {
        byte[] bytes = [0, 0, 0, 3, 0x10, 1, 2, 99];

        for (int length = 0; length < 7; length++)
            Assert.AreEqual(ReadStatus.NeedMore, CompactFrame.TryRead(bytes.AsSpan(0, length), 3, out _, out _));
        Assert.AreEqual(ReadStatus.Complete, CompactFrame.TryRead(bytes, 3, out int consumed, out FrameType type));
        Assert.AreEqual((7, FrameType.MessageIn), (consumed, type));
    }

    [TestMethod]
    [DataRow(0u, nameof(ReadStatus.Malformed))]
    [DataRow(1u, nameof(ReadStatus.NeedMore))]
    [DataRow(4096u, nameof(ReadStatus.NeedMore))]
    [DataRow(4097u, nameof(ReadStatus.TooLarge))]
    [DataRow(0x7FFF_FFFFu, nameof(ReadStatus.TooLarge))]
    [DataRow(0x8000_0000u, nameof(ReadStatus.TooLarge))]
    [DataRow(uint.MaxValue, nameof(ReadStatus.TooLarge))]
    public void TryRead_refuses_an_invalid_length_before_the_type_arrives(uint length, string expected)
    {
        byte[] bytes = new byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes, length);

        Assert.AreEqual(expected, CompactFrame.TryRead(bytes, 4096, out int consumed, out _).ToString());
        Assert.AreEqual(0, consumed);
    }

    [TestMethod]
    public void WriteHeader_includes_the_type_in_the_length()
    {
        byte[] header = new byte[CompactFrame.HeaderSize];
        CompactFrame.WriteHeader(header, FrameType.Close, 0x010203);

        CollectionAssert.AreEqual(new byte[] { 0, 1, 2, 4, 0x3F }, header);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("zoë")]
    public void A_name_is_read_as_it_was_written(string name) => CheckName(name);

    [TestMethod]
    public void A_name_has_at_most_255_bytes()
    {
        CheckName(new string('x', 255));
        byte[] target = new byte[600];
        Assert.ThrowsExactly<ArgumentException>(() => CompactFrame.WriteName(target, new string('x', 256)));
        Assert.ThrowsExactly<ArgumentException>(() => CompactFrame.WriteName(target, new string('é', 128)));
    }

    [TestMethod]
    public void TryReadName_refuses_an_incomplete_name()
    {
        Assert.IsFalse(CompactFrame.TryReadName([], out _, out _));
        Assert.IsFalse(CompactFrame.TryReadName([3, 1, 2], out _, out _));
        Assert.IsTrue(CompactFrame.TryReadName([2, 1, 2, 9], out ReadOnlySpan<byte> name, out int consumed));
        Assert.AreEqual(3, consumed);
        CollectionAssert.AreEqual(new byte[] { 1, 2 }, name.ToArray());
    }

    private static void CheckName(string name)
    {
        byte[] bytes = new byte[300];
        int written = CompactFrame.WriteName(bytes, name);

        Assert.IsTrue(CompactFrame.TryReadName(bytes, out ReadOnlySpan<byte> read, out int consumed));
        Assert.AreEqual(written, consumed);
        Assert.AreEqual(name, System.Text.Encoding.UTF8.GetString(read));
    }
}
