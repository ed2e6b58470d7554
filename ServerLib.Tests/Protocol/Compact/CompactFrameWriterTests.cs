using ServerLib.Protocol;

namespace ServerLib.Tests.Protocol;

[TestClass]
public sealed class CompactFrameWriterTests
{
    private readonly Frames _frames = new();

    [TestMethod]
    public void WriteMessage_accepts_a_name_of_255_bytes()
    {
        CompactFrameWriter.WriteMessage(_frames, new string('x', 255), new Message("hi"));

        byte[] frame = _frames.All.Single();
        CollectionAssert.AreEqual(new byte[] { 0, 0, 1, 3, (byte)FrameType.MessageOut, 255 }, frame[..6]);
        CollectionAssert.AreEqual("xhi"u8.ToArray(), frame[^3..]);
    }

    [TestMethod]
    public void WriteFrame_writes_header_and_payload()
    {
        CompactFrameWriter.WriteFrame(_frames, FrameType.Ping, [7, 8]);

        CollectionAssert.AreEqual(new byte[] { 0, 0, 0, 3, (byte)FrameType.Ping, 7, 8 }, _frames.All.Single());
    }

    [TestMethod]
    public void WriteNumbered_writes_the_status_of_a_response_only()
    {
        CompactFrameWriter.WriteNumbered(_frames, FrameType.Request, 0x01020304, [9], status: null);
        CompactFrameWriter.WriteNumbered(_frames, FrameType.Response, 0x01020304, [9], status: 5);

        CollectionAssert.AreEqual(new byte[] { 0, 0, 0, 6, (byte)FrameType.Request, 1, 2, 3, 4, 9 }, _frames.All[0]);
        CollectionAssert.AreEqual(new byte[] { 0, 0, 0, 7, (byte)FrameType.Response, 1, 2, 3, 4, 5, 9 }, _frames.All[1]);
    }
}
