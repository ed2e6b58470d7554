using ServerLib.Protocol;

namespace ServerLib.Tests.Protocol.Compact;

[TestClass]
public sealed class RetainedFramesTests
{
    [TestMethod]
    public void Frames_are_kept_until_they_are_acknowledged()
    {
        var retained = new RetainedFrames();
        var random = new Random(1);
        var kept = new Queue<byte[]>();
        long acknowledged = 0;
        for (int i = 0; i < 5_000; i++)
        {
            byte[] frame = CompactFrameWriter.Encode(FrameType.MessageOut, new byte[random.Next(2_000)]);
            random.NextBytes(frame.AsSpan(5));
            int head = random.Next(5, frame.Length + 1);
            retained.Add(frame.AsSpan(0, head), frame.AsSpan(head));
            kept.Enqueue(frame);
            if (random.Next(4) == 0)
            {
                for (int removed = random.Next(kept.Count + 1); removed > 0; removed--, acknowledged++)
                    kept.Dequeue();
                Assert.IsTrue(retained.TryAcknowledge(acknowledged));
            }

            Assert.AreEqual(i + 1, retained.Sent);
            Assert.AreEqual(acknowledged, retained.Acknowledged);
            Assert.IsTrue(retained.Unacknowledged.SequenceEqual(kept.SelectMany(bytes => bytes).ToArray()));
        }
    }

    [TestMethod]
    public void Several_frames_can_be_added_at_once()
    {
        var retained = new RetainedFrames();
        byte[] frame = CompactFrameWriter.Encode(FrameType.Presence, "{}"u8);
        retained.Add([.. frame, .. frame, .. frame], default);

        Assert.AreEqual(3, retained.Sent);
        Assert.IsTrue(retained.TryAcknowledge(2));
        Assert.AreEqual(frame.Length, retained.Size);
    }

    [TestMethod]
    public void An_acknowledgement_of_too_much_or_of_less_than_before_is_refused()
    {
        var retained = new RetainedFrames();
        retained.Add(CompactFrameWriter.Encode(FrameType.Presence, "{}"u8), default);
        retained.Add(CompactFrameWriter.Encode(FrameType.Presence, "{}"u8), default);

        Assert.IsFalse(retained.TryAcknowledge(3));
        Assert.IsFalse(retained.TryAcknowledge(-1));
        Assert.IsTrue(retained.TryAcknowledge(1));
        Assert.IsFalse(retained.TryAcknowledge(0));
        Assert.AreEqual(7, retained.Size);
    }
}
