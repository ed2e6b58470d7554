using ServerLib.Protocol;
using ServerLib.Testing;

namespace ServerLib.Tests.Users;

[TestClass]
public sealed class FrameKindTests
{
    [TestMethod]
    public void FrameKind_has_every_frame_type_of_the_protocol()
    {
        CollectionAssert.AreEqual(
            Enum.GetValues<FrameType>().Select(type => (int)type).ToArray(), Enum.GetValues<FrameKind>().Select(kind => (int)kind).ToArray());
    }
}
