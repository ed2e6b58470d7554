using System.Formats.Asn1;

namespace ServerLib.Testing.Contracts;

/// <summary>Makes public keys without their private part, which is much faster than to generate key pairs.</summary>
internal static class TestKey
{
    private const string RsaEncryption = "1.2.840.113549.1.1.1";

    /// <summary>The public key with a number, as DER SubjectPublicKeyInfo.</summary>
    /// <param name="number">Equal numbers give equal keys.</param>
    /// <param name="bits">The key's size.</param>
    /// <param name="withNull">Whether the algorithm has its parameter. Some encoders leave it out.</param>
    public static byte[] Create(int number, int bits = 2048, bool withNull = true)
    {
        byte[] modulus = new byte[bits / 8];
        new Random(number).NextBytes(modulus);
        modulus[0] |= 0x80;
        modulus[^1] |= 1;
        var key = new AsnWriter(AsnEncodingRules.DER);
        using (key.PushSequence())
        {
            key.WriteIntegerUnsigned(modulus);
            key.WriteInteger(65537);
        }

        var info = new AsnWriter(AsnEncodingRules.DER);
        using (info.PushSequence())
        {
            using (info.PushSequence())
            {
                info.WriteObjectIdentifier(RsaEncryption);
                if (withNull)
                    info.WriteNull();
            }

            info.WriteBitString(key.Encode());
        }

        return info.Encode();
    }
}
