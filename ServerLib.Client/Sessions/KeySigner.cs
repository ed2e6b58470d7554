using System.Security.Cryptography;
using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <summary>Signs for one connection, to prove that the client holds a private key.</summary>
internal sealed class KeySigner
{
    private readonly ClientStream _stream;
    private readonly string _userName;
    private readonly byte[]? _nonce;

    public KeySigner(ClientStream stream, string userName, CompactControl.Hello hello)
    {
        _stream = stream;
        _userName = userName;
        _nonce = ParseNonce(hello.Nonce);
    }

    /// <summary>Creates a login by key.</summary>
    /// <exception cref="LoginException">The server does not offer it, or others could use a signature that is sent over this connection.</exception>
    /// <exception cref="ServerClientException">The key has no private part.</exception>
    public CompactControl.Login CreateLogin(RSA key, string[]? mechanisms)
    {
        if (!_stream.IsBound)
            throw Refused("A login by key needs TLS.");
        if (mechanisms?.Contains(CompactControl.ByKey) != true || _nonce is null)
            throw Refused("The server offers no login by key.");
        try
        {
            string signature = Sign(key, KeyProof.Login, _nonce);
            return new CompactControl.Login(CompactControl.ByKey, _userName, null, null, key.ExportSubjectPublicKeyInfoPem(), signature);
        }
        catch (CryptographicException e)
        {
            throw new ServerClientException("The private key cannot be used.", e);
        }

        static LoginException Refused(string message) =>
            new(message) { Code = CloseCode.Of(LoginCode.Refused), Result = LoginCode.Refused };
    }

    /// <summary>Signs a proof that the client holds the private part of <paramref name="key"/>.</summary>
    /// <returns>
    /// <see langword="null"/> if the key has no private part or is disposed, or if others could use a signature that is sent over this connection.
    /// </returns>
    public string? TryProvePossession(RSA key)
    {
        if (!_stream.IsBound || _nonce is null)
            return null;
        try
        {
            return Sign(key, KeyProof.Possession, _nonce);
        }
        catch (Exception e) when (e is CryptographicException or ObjectDisposedException)
        {
            return null;
        }
    }

    private string Sign(RSA key, ReadOnlySpan<byte> purpose, byte[] nonce) =>
        KeyProof.Sign(key, KeyProof.Bytes(purpose, nonce, _userName, _stream.ServerEndPoint));

    /// <summary>
    /// Accepts a nonce of the right length only: a hostile server could otherwise make the signed bytes mean another user name.
    /// </summary>
    private static byte[]? ParseNonce(string? base64)
    {
        byte[] nonce = new byte[KeyProof.NonceSize];
        return Convert.TryFromBase64String(base64 ?? "", nonce, out int length) && length == nonce.Length ? nonce : null;
    }
}
