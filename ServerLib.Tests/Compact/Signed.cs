using System.Security.Cryptography;
using System.Text;
using ServerLib.Protocol;

namespace ServerLib.Tests.Compact;

/// <summary>Signatures, made from the protocol's description alone.</summary>
internal static class Signed
{
    public const string Login = "SLIB/2 login";
    public const string Key = "SLIB/2 key";

    public static string By(RSA key, string purpose, string name, byte[] nonce, byte[] certificateHash) => Convert.ToBase64String(
        key.SignData(Bytes(purpose, name, nonce, certificateHash), HashAlgorithmName.SHA256, RSASignaturePadding.Pss));

    public static string By(RSA key, string purpose, string name, CompactClient client) =>
        By(key, purpose, name, client.Nonce, client.CertificateHash);

    public static byte[] Bytes(string purpose, string name, byte[] nonce, byte[] certificateHash) =>
        [.. Encoding.ASCII.GetBytes(purpose), 0, .. nonce, .. Encoding.UTF8.GetBytes(name), 0, .. certificateHash];

    public static RawFrame LoginFrame(string name, string publicKey, string signature) =>
        RawFrame.Control(FrameType.Login, new { mechanism = "KEY", username = name, publicKey, signature });

    /// <summary>A login as it should be.</summary>
    public static RawFrame LoginFrame(string name, RSA key, CompactClient client) =>
        LoginFrame(name, key.ExportSubjectPublicKeyInfoPem(), By(key, Login, name, client));
}
