using System.Buffers.Binary;
using System.Net.Security;
using ServerLib.Testing;
using ServerLib.Transport;

namespace ServerLib.Tests.Transport;

[TestClass]
public sealed class ClientHelloFilterTests
{
    private const ushort X25519 = 0x001D, P256 = 0x0017, Hybrid = 0x11EC, Ffdhe2048 = 0x0100, Ffdhe8192 = 0x0104;

    [TestMethod]
    [DataRow(new int[0], true)]
    [DataRow(new[] { (int)X25519 }, true)]
    [DataRow(new[] { (int)Hybrid, X25519, P256 }, true)]
    [DataRow(new[] { (int)Ffdhe8192 }, false)]
    [DataRow(new[] { (int)X25519, Ffdhe2048 }, false)]
    public void A_ClientHello_with_only_finite_field_groups_is_rejected_however_it_is_split(int[] shares, bool isFine)
    {
        byte[] hello = Hello(shares);
        foreach (int recordSize in (int[])[1, 7, 100, 16_384])
        {
            byte[] first = Records(hello, recordSize);
            byte[] second = [.. Records(Hello([]), recordSize), .. BetweenHellos, .. first];
            byte[] joined = Records([.. Hello([]), .. hello], recordSize);
            foreach (int pieceSize in (int[])[1, 2, 64, int.MaxValue])
            {
                string how = $"in records of {recordSize} and pieces of {pieceSize}";
                Assert.AreEqual(isFine, Allows(first, pieceSize), how);
                Assert.AreEqual(isFine, Allows(second, pieceSize), "The second one, " + how);
                Assert.AreEqual(isFine, Allows(joined, pieceSize), "The second one in the first one's record, " + how);
            }
        }
    }

    [TestMethod]
    public async Task The_ClientHello_of_the_runtime_is_accepted()
    {
        var pair = new PipePair();
        using var client = new SslStream(TransportPairs.StreamOn(pair.Client));
        Task handshake = client.AuthenticateAsClientAsync("localhost");
        byte[] hello = (await pair.Server.Input.ReadAtLeastAsync(100)).Buffer.First.ToArray();
        var check = new ClientHelloFilter();

        Assert.IsTrue(check.Allows(hello));
        Assert.IsFalse(check.IsDone);
        Assert.IsTrue(check.Allows(Records([16, 0, 0, 1, 7], 100)), "An older client's keys.");
        Assert.IsTrue(check.IsDone);
        await pair.Server.Output.CompleteAsync();
        await Assert.ThrowsAsync<IOException>(() => handshake);
    }

    [TestMethod]
    [DataRow(new byte[] { 1, 0xAB, 0xCD, 0xEF, 5, 6, 7, 8 })]
    [DataRow(new byte[] { 1, 0, 0, 4, 5, 6, 7, 8 })]
    [DataRow(new byte[] { 1, 0, 0, 5, 5, 6, 7, 8 })]
    [DataRow(new byte[] { 2, 0, 0, 4, 5, 6, 7, 8 })]
    public void Encrypted_data_of_a_resumed_session_may_look_like_a_ClientHello(byte[] encrypted)
    {
        byte[] bytes = [.. Records(Hello([]), 16_384), 20, 3, 3, 0, 1, 1, .. Records(encrypted, 100)];
        Assert.IsTrue(Allows(bytes, 1));
        Assert.IsTrue(Allows(bytes, int.MaxValue));
    }

    [TestMethod]
    public void The_filter_ignores_everything_after_the_second_ClientHello()
    {
        var check = new ClientHelloFilter();
        Assert.IsTrue(check.Allows([.. Records(Hello([]), 100), .. Records(Hello([X25519]), 100)]));

        Assert.IsTrue(check.IsDone);
        Assert.IsTrue(check.Allows([0]));
    }

    [TestMethod]
    public void A_ClientHello_without_extensions_is_left_to_the_TLS_library()
    {
        byte[] message = Hello([], hasExtensions: false);

        Assert.IsTrue(Allows(Records(message, 16_384), int.MaxValue));
    }

    [TestMethod]
    public void Data_that_is_not_a_readable_ClientHello_is_rejected()
    {
        byte[] hello = Hello([X25519]);
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
        var check = new ClientHelloFilter();
        bool isFine = true;
        for (int at = 0; at < bytes.Length && isFine; at += Math.Min(pieceSize, bytes.Length - at))
            isFine = check.Allows(bytes.AsSpan(at, Math.Min(pieceSize, bytes.Length - at)));
        return isFine;
    }

    // A change of ciphers, a warning, early data: with those in between the system's TLS waits on for a second hello.
    private static byte[] BetweenHellos => [20, 3, 3, 0, 1, 1, 21, 3, 3, 0, 2, 1, 90, 23, 3, 3, 0, 3, 22, 1, 1];

    private static byte[] Hello(int[] shares, bool hasExtensions = true)
    {
        byte[] shared = [.. shares.SelectMany(share => (byte[])[.. Two(share), .. Behind([.. new byte[33]])])];
        byte[] extensions =
        [
            .. Two(43), .. Behind([2, 3, 4]),
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
