using ServerLib.Transport;

namespace ServerLib.Tests.Transport;

[TestClass]
public sealed class ProtocolDetectorTests
{
    [TestMethod]
    public void Detect_maps_each_of_the_256_first_bytes()
    {
        for (int first = 0; first < 256; first++)
        {
            DetectedProtocol expected = (char)first switch
            {
                '\x16' => DetectedProtocol.Tls,
                'S' => DetectedProtocol.Compact,
                ' ' or (>= '0' and <= '9') => DetectedProtocol.Classic,
                _ => DetectedProtocol.Unknown,
            };
            Assert.AreEqual(expected, ProtocolDetector.Detect((byte)first));
        }
    }
}
