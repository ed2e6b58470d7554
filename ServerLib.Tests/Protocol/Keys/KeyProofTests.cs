using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ServerLib.Protocol;
using ServerLib.Tests.Compact;

namespace ServerLib.Tests.Protocol;

[TestClass]
public sealed class KeyProofTests
{
    private static readonly RSA Key = RSA.Create(2048);

    [TestMethod]
    public void Bytes_contain_purpose_nonce_name_and_certificate_hash()
    {
        byte[] nonce = RandomNumberGenerator.GetBytes(KeyProof.NonceSize);

        CollectionAssert.AreEqual(Signed.Bytes(Signed.Login, "zo\u00eb ", nonce, [1, 2]), KeyProof.Bytes(KeyProof.Login, nonce, "zo\u00eb ", [1, 2]));
        CollectionAssert.AreEqual(Signed.Bytes(Signed.Key, "zoe", nonce, []), KeyProof.Bytes(KeyProof.Possession, nonce, "zoe", []));
    }

    [TestMethod]
    public void IsValid_accepts_the_keys_own_signature_only()
    {
        byte[] bytes = [1, 2, 3];
        string signature = KeyProof.Sign(Key, bytes);

        Assert.IsTrue(KeyProof.IsValid(Key, bytes, signature));
        Assert.IsFalse(KeyProof.IsValid(Key, [1, 2, 4], signature));
        Assert.IsFalse(KeyProof.IsValid(Key, bytes, ""));
        Assert.IsFalse(KeyProof.IsValid(Key, bytes, "no base64"));
        Assert.IsFalse(KeyProof.IsValid(Key, bytes, Convert.ToBase64String(new byte[1025])));
    }

    [TestMethod]
    public void Prove_returns_the_key_of_a_valid_signature()
    {
        byte[] bytes = [1, 2, 3];
        string pem = Key.ExportSubjectPublicKeyInfoPem();

        CollectionAssert.AreEqual(Key.ExportSubjectPublicKeyInfo(), new KeyClaim(pem, KeyProof.Sign(Key, bytes), bytes).Prove());
        Assert.IsNull(new KeyClaim(pem, KeyProof.Sign(Key, [9]), bytes).Prove());
        Assert.IsNull(new KeyClaim("no key", KeyProof.Sign(Key, bytes), bytes).Prove());
    }

    [TestMethod]
    public void FingerprintOf_is_SHA256_in_base64_without_padding() =>
        Assert.AreEqual("SHA256:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ", UserKey.FingerprintOf("hello"u8));

    [TestMethod]
    [DataRow("SHA256", "SHA256", true)]
    [DataRow("SHA384", "SHA384", true)]
    [DataRow("SHA512", "SHA512", true)]
    [DataRow("SHA256", "SHA256", false)]
    [DataRow("SHA384", "SHA384", false)]
    [DataRow("SHA512", "SHA512", false)]
    public void HashOf_uses_the_hash_function_of_the_certificates_signature(string signature, string expected, bool isRsa)
    {
        var algorithm = new HashAlgorithmName(signature);
        using ECDsa curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = isRsa
            ? new CertificateRequest("CN=x", Key, algorithm, RSASignaturePadding.Pkcs1)
            : new CertificateRequest("CN=x", curve, algorithm);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));

        CollectionAssert.AreEqual(CryptographicOperations.HashData(new HashAlgorithmName(expected), certificate.RawData), EndPointBinding.HashOf(certificate));
    }
}
