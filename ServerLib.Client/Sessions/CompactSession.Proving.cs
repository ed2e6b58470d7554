using System.Security.Cryptography;
using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <content>Signatures, which show the server that the client holds a private key.</content>
internal sealed partial class CompactSession
{
    /// <summary>Signs for this connection that the client holds a key.</summary>
    /// <returns>
    /// <see langword="null"/> where it can't be shown: the key has no private part, or nothing binds the signature to the server.
    /// </returns>
    public string? Prove(RSA key)
    {
        if (!Stream.IsBound || _nonce.Length == 0)
            return null;
        try
        {
            return KeyProof.Sign(key, KeyProof.Bytes(KeyProof.Possession, _nonce, Options.UserName, Stream.ServerEndPoint));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>A login by key.</summary>
    /// <exception cref="LoginException">The server doesn't offer it, or to sign here would be of use to whoever listens in.</exception>
    /// <exception cref="ServerClientException">The key has no private part.</exception>
    private CompactControl.Login WithKey(RSA key, CompactControl.Hello hello)
    {
        if (!Stream.IsBound)
            throw Refused("A login by key needs TLS.");
        if (hello.Mechanisms?.Contains(CompactControl.ByKey) != true || _nonce.Length == 0)
            throw Refused("The server offers no login by key.");
        byte[] signed = KeyProof.Bytes(KeyProof.Login, _nonce, Options.UserName, Stream.ServerEndPoint);
        try
        {
            return new CompactControl.Login(
                CompactControl.ByKey, Options.UserName, null, null, key.ExportSubjectPublicKeyInfoPem(), KeyProof.Sign(key, signed));
        }
        catch (CryptographicException e)
        {
            throw new ServerClientException("The private key can't be used.", e);
        }

        static LoginException Refused(string why) => new(why) { Code = CloseCode.Of(LoginCode.Refused), Result = LoginCode.Refused };
    }

    /// <summary>The server's nonce. One of another length is none: the name might stand in it.</summary>
    private static byte[] Nonce(CompactControl.Hello hello)
    {
        byte[] nonce = new byte[KeyProof.NonceSize];
        return Convert.TryFromBase64String(hello.Nonce ?? "", nonce, out int length) && length == nonce.Length ? nonce : [];
    }
}
