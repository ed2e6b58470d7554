using System.Text;
using CsCheck;
using ServerLib.Passwords;

namespace ServerLib.Tests.Passwords;

[TestClass]
public sealed class Argon2idTests
{
    /// <summary>Made by the reference implementation's library; the salts are the sixteen bytes that libsodium takes.</summary>
    public static IEnumerable<(string Password, string Hash)> Vectors =>
    [
        ("password", "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$K13EBUiG7JV+9ZxztmHFTdb7J0WQsnj2V8bZaqyPptE"),
        ("password", "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$/DO3gTkjHTS3Fia9YkXB1y76GQrWBcPYFmpyrc7fosI"),
        ("pässwörd 😀", "$argon2id$v=19$m=64,t=3,p=1$AAECAwQFBgcICQoLDA0ODw$JBvNdAuHIPwZH2GksHQi3Dr/UE2IvWciA456jByspnM"),
        (new string('x', 200), "$argon2id$v=19$m=8,t=1,p=1$8PHy8/T19vf4+fr7/P3+/w$zhaRWYOh3Uv2a06aSMC7u9rt/uGwbIpY8URyI+3c5Zc"),
        ("", "$argon2id$v=19$m=9,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$9p7BlNuo780J3Hlq23/jnRsFJpz5ovBhwa0tLPvrORI"),
    ];

    [TestMethod]
    [DynamicData(nameof(Vectors))]
    public void Libsodium_matches_the_reference_implementation(string password, string hash)
    {
        SkipWithoutLibsodium();
        Check(LibsodiumArgon2id.Compute, password, hash);
    }

    [TestMethod]
    [DynamicData(nameof(Vectors))]
    [DataRow("password", "$argon2id$v=19$m=256,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$OudWdfwYdYZlJsj5MMtA1v51HsC+pa0wUrr8pTaTc7M")]
    public void BouncyCastle_matches_the_reference_implementation(string password, string hash) =>
        Check(BouncyCastleArgon2id.Compute, password, hash);

    [TestMethod]
    public void BouncyCastle_matches_the_example_of_RFC_9106()
    {
        byte[] hash = new byte[32];
        BouncyCastleArgon2id.Compute(
            Repeat(1, 32), Repeat(2, 16), secret: Repeat(3, 8), associatedData: Repeat(4, 12), new Argon2Cost(32, 3, 4), hash);

        Assert.AreEqual("0D640DF58D78766C08C037A34A8B53C9D01EF0452D75B65EB52520E96B01E659", Convert.ToHexString(hash));

        static byte[] Repeat(byte value, int count) => Enumerable.Repeat(value, count).ToArray();
    }

    [TestMethod]
    public void BouncyCastle_matches_the_example_of_the_reference_implementation()
    {
        byte[] hash = new byte[32];
        BouncyCastleArgon2id.Compute("password"u8, "somesalt"u8, new Argon2Cost(65_536, 2, 1), hash);

        Assert.AreEqual("09316115D5CF24ED5A15A31A3BA326E5CF32EDC24702987C02B6566F61913CF7", Convert.ToHexString(hash));
    }

    [TestMethod]
    public void Libsodium_and_BouncyCastle_compute_the_same_hashes()
    {
        SkipWithoutLibsodium();
        Gen.Select(Gen.Byte.Array[0, 200], Gen.Byte.Array[16], Gen.Int[8, 300], Gen.Int[1, 4], Gen.Int[16, 100]).Sample(
            (password, salt, memory, iterations, length) =>
            {
                byte[] one = new byte[length];
                byte[] other = new byte[length];
                LibsodiumArgon2id.Compute(password, salt, new Argon2Cost(memory, iterations, 1), one);
                BouncyCastleArgon2id.Compute(password, salt, new Argon2Cost(memory, iterations, 1), other);
                CollectionAssert.AreEqual(one, other);
            },
            iter: 300);
    }

    private static void Check(Argon2idFunction function, string password, string expected)
    {
        Assert.IsTrue(PasswordHash.TryParse(expected, out PasswordHash? parsed));
        byte[] hash = new byte[PasswordHash.HashSize];
        function(Encoding.UTF8.GetBytes(password), parsed.Salt, parsed.Cost, hash);
        Assert.AreEqual(expected, (parsed with { Hash = hash }).ToString());
    }

    private static void SkipWithoutLibsodium()
    {
        try
        {
            LibsodiumArgon2id.Compute([], new byte[16], Argon2Cost.Least, new byte[32]);
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException or PlatformNotSupportedException)
        {
            Assert.Inconclusive("libsodium can't be loaded here: " + e.Message);
        }
    }
}
