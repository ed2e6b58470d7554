using System.Security.Cryptography;
using System.Text;
using ServerLib.Protocol;

namespace ServerLib.Tests.Protocol;

[TestClass]
public sealed class RsaPublicKeyTests
{
    private static readonly RSA Key = RSA.Create(2048);

    [TestMethod]
    public void Import_accepts_a_SubjectPublicKeyInfo_with_white_space_around_it()
    {
        using RSA? key = Import("\n" + Key.ExportSubjectPublicKeyInfoPem() + "\r\n");

        Assert.IsNotNull(key);
        CollectionAssert.AreEqual(Key.ExportSubjectPublicKeyInfo(), key.ExportSubjectPublicKeyInfo());
    }

    [TestMethod]
    public void Import_accepts_the_largest_allowed_size()
    {
        // A modulus of the right length is all that is needed; finding primes of that size takes minutes.
        using RSA? key = Import(PemOf(8192, [1, 0, 1]));

        Assert.IsNotNull(key);
    }

    [TestMethod]
    [DataRow(2048, new byte[] { 1, 0, 1 }, 37)]
    [DataRow(4096, new byte[] { 1, 0, 1 }, 101)]
    [DataRow(8192, new byte[] { 1, 0, 1 }, 357)]
    [DataRow(8192, new byte[] { 3 }, 87)]
    [DataRow(8192, new byte[] { 0xFF, 0xFF, 0xFF, 0xFB }, 1147)]
    public void MicrosecondsFor_grows_with_the_key_and_the_exponent(int size, byte[] exponent, int microseconds)
    {
        using RSA? key = Import(PemOf(size, exponent));
        Assert.AreEqual(microseconds, RsaPublicKey.MicrosecondsFor(key!));
    }

    [TestMethod]
    public void Import_refuses_everything_else()
    {
        using RSA small = RSA.Create(1024);
        using ECDsa curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string pem = Key.ExportSubjectPublicKeyInfoPem();
        var refused = new Dictionary<string, string>
        {
            ["nothing"] = "",
            ["text"] = "hello",
            ["private key"] = Key.ExportPkcs8PrivateKeyPem(),
            ["private key, PKCS #1"] = Key.ExportRSAPrivateKeyPem(),
            ["public key, PKCS #1"] = Key.ExportRSAPublicKeyPem(),
            ["public label on a private key"] = Key.ExportPkcs8PrivateKeyPem().Replace("PRIVATE", "PUBLIC", StringComparison.Ordinal),
            ["1024 bits"] = small.ExportSubjectPublicKeyInfoPem(),
            ["2047 bits"] = PemOf(2047, [1, 0, 1]),
            ["8200 bits"] = PemOf(8200, [1, 0, 1]),
            ["exponent 1"] = PemOf(2048, [1]),
            ["even exponent"] = PemOf(2048, [4]),
            ["exponent of 5 bytes"] = PemOf(2048, [1, 0, 0, 0, 1]),
            ["elliptic curve"] = curve.ExportSubjectPublicKeyInfoPem(),
            ["two keys"] = pem + "\n" + pem,
            ["text in front"] = "x" + pem,
            ["longer than any key"] = new string(' ', 4 * 1024) + pem,
            ["truncated"] = pem[..^40],
            ["truncated inside"] = pem.Remove(60, 40),
        };

        foreach ((string what, string text) in refused)
            Assert.IsNull(Import(text), what);
    }

    private static RSA? Import(string pem) => RsaPublicKey.Import(Encoding.UTF8.GetBytes(pem));

    private static string PemOf(int bits, byte[] exponent)
    {
        byte[] modulus = new byte[(bits + 7) / 8];
        Random.Shared.NextBytes(modulus);
        modulus[0] = (byte)(1 << ((bits - 1) % 8));
        modulus[^1] |= 1;
        var writer = new System.Formats.Asn1.AsnWriter(System.Formats.Asn1.AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier("1.2.840.113549.1.1.1");
                writer.WriteNull();
            }

            var key = new System.Formats.Asn1.AsnWriter(System.Formats.Asn1.AsnEncodingRules.DER);
            using (key.PushSequence())
            {
                key.WriteIntegerUnsigned(modulus);
                key.WriteIntegerUnsigned(exponent);
            }

            writer.WriteBitString(key.Encode());
        }

        return PemEncoding.WriteString("PUBLIC KEY", writer.Encode());
    }
}
