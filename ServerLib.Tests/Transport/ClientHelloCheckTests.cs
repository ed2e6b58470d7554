using System.Buffers.Binary;
using System.Net.Security;
using ServerLib.Transport;

namespace ServerLib.Tests.Transport;

[TestClass]
public sealed class ClientHelloCheckTests
{
    private const ushort X25519 = 0x001D, P256 = 0x0017, Hybrid = 0x11EC, Ffdhe2048 = 0x0100, Ffdhe8192 = 0x0104;

    [TestMethod]
    [DataRow(new[] { (int)X25519 }, new[] { (int)X25519 }, true)]
    [DataRow(new[] { (int)Hybrid, X25519, P256, Ffdhe2048, Ffdhe8192 }, new[] { (int)Hybrid, X25519 }, true)]
    [DataRow(new[] { (int)P256, Ffdhe8192 }, new int[0], true)]
    [DataRow(new[] { (int)Ffdhe8192 }, new[] { (int)Ffdhe8192 }, false)]
    [DataRow(new[] { (int)X25519, Ffdhe8192 }, new[] { (int)Ffdhe8192 }, false)]
    [DataRow(new[] { (int)X25519, Ffdhe2048 }, new[] { (int)X25519, Ffdhe2048 }, false)]
    [DataRow(new[] { (int)Ffdhe8192, X25519 }, new int[0], false)]
    [DataRow(new[] { (int)Ffdhe8192, X25519 }, new[] { (int)X25519 }, false)]
    public void A_key_exchange_in_a_finite_field_is_stopped_in_any_pieces(int[] groups, int[] shares, bool isFine)
    {
        byte[] message = Hello(groups, shares);
        foreach (int recordSize in (int[])[1, 7, 100, 16_384])
        {
            byte[] records = Records(message, recordSize);
            foreach (int pieceSize in (int[])[1, 2, 64, int.MaxValue])
                Assert.AreEqual(isFine, Allows(records, pieceSize), $"in records of {recordSize} and pieces of {pieceSize}");
        }
    }

    [TestMethod]
    public async Task What_the_runtime_says_as_a_client_is_fine_and_what_follows_is_not_looked_at()
    {
        var pair = new PipePair();
        using var client = new SslStream(TransportPairs.StreamOn(pair.Client));
        _ = client.AuthenticateAsClientAsync("localhost");
        byte[] hello = (await pair.Server.Input.ReadAtLeastAsync(100)).Buffer.First.ToArray();
        var check = new ClientHelloCheck();

        Assert.IsTrue(check.Allows(hello));
        Assert.IsTrue(check.IsDone);
        Assert.IsTrue(check.Allows(Records(Hello([Ffdhe8192], [Ffdhe8192]), 100)));
        await pair.Server.Output.CompleteAsync();
    }

    [TestMethod]
    public void A_client_of_before_there_were_extensions_is_the_systems_affair()
    {
        byte[] message = Hello([], [], hasExtensions: false);

        Assert.IsTrue(Allows(Records(message, 16_384), int.MaxValue));
    }

    [TestMethod]
    public void What_is_no_hello_or_none_that_can_be_read_is_stopped()
    {
        byte[] hello = Hello([X25519], [X25519]);
        byte[] records = Records(hello, 16_384);
        Assert.IsFalse(Allows([21, .. records[1..]], 1), "An alert.");
        Assert.IsFalse(Allows([20, 3, 3, 0, 1, 1, .. records], 1), "A change of ciphers first.");
        Assert.IsFalse(Allows(Records([2, .. hello[1..]], 16_384), 1), "A server's hello.");
        for (int cut = 0; cut < hello.Length - 4; cut++)
        {
            // Cut short, and saying so.
            byte[] shorter = hello[..(4 + cut)];
            BinaryPrimitives.WriteInt32BigEndian(shorter, (1 << 24) | cut);
            Assert.AreEqual(cut == LengthWithoutExtensions, Allows(Records(shorter, 16_384), int.MaxValue), $"{cut}");
        }

        Assert.IsFalse(Allows(Records([1, 0xFF, 0xFF, 0xFF, .. new byte[200 * 1024]], 16_384), 4_096), "One without an end.");
    }

    // Version, random, no session, one cipher, no compression.
    private const int LengthWithoutExtensions = 2 + 32 + 1 + 2 + 2 + 1 + 1;

    private static bool Allows(byte[] bytes, int pieceSize)
    {
        var check = new ClientHelloCheck();
        bool isFine = true;
        for (int at = 0; at < bytes.Length && isFine; at += Math.Min(pieceSize, bytes.Length - at))
            isFine = check.Allows(bytes.AsSpan(at, Math.Min(pieceSize, bytes.Length - at)));
        Assert.AreEqual(isFine, isFine && check.IsDone, "What is let through was seen whole.");
        return isFine;
    }

    private static byte[] Hello(int[] groups, int[] shares, bool hasExtensions = true)
    {
        byte[] shared = [.. shares.SelectMany(share => (byte[])[.. Two(share), .. Behind([.. new byte[33]])])];
        byte[] extensions =
        [
            .. Two(43), .. Behind([2, 3, 4]),
            .. Two(10), .. Behind(Behind([.. groups.SelectMany(Two)])),
            .. Two(51), .. Behind(Behind(shared)),
        ];
        byte[] body = [3, 3, .. new byte[32], 0, 0, 2, 0x13, 1, 1, 0, .. hasExtensions ? Behind(extensions) : []];
        byte[] message = [0, 0, 0, 0, .. body];
        BinaryPrimitives.WriteInt32BigEndian(message, (1 << 24) | body.Length);
        return message;
    }

    private static byte[] Records(byte[] message, int size) =>
        [.. message.Chunk(size).SelectMany(chunk => (byte[])[22, 3, 1, .. Behind(chunk)])];

    private static byte[] Behind(byte[] bytes) => [.. Two(bytes.Length), .. bytes];

    private static byte[] Two(int value) => [(byte)(value >> 8), (byte)value];
}
