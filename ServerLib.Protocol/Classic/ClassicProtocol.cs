using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;

namespace ServerLib.Protocol;

/// <summary>
/// The server's side of the classic protocol on one connection. First come plain frames: name and password, <c>OK</c> or <c>FAILURE</c>, the
/// welcome, and the two public keys. Then come frames that are encrypted with RSA-OAEP-SHA256, one block each.
/// </summary>
/// <param name="disconnectMessage">The text that a client sends to disconnect.</param>
/// <param name="maxFrameSize">The largest frame that a client may send, in bytes.</param>
/// <param name="serverKey">The server's key pair.</param>
internal sealed class ClassicProtocol(string disconnectMessage, int maxFrameSize, ServerKey serverKey) : IWireProtocol
{
    /// <summary>The largest frame before the client is logged in, in bytes.</summary>
    public const int MaxLoginFrameSize = 4 * 1024;

    // In UTF-8. A block that has less room after the sender's name cannot carry every character.
    private const int MaxCharacterSize = 4;

    // Existing clients read a header or a content with one receive each. A message that fills the socket buffer would reach them in pieces.
    private const int MaxBlocks = 128;

    private readonly byte[] _disconnectMessage = Encoding.UTF8.GetBytes(disconnectMessage);
    private byte[]? _text;
    private RSA? _peerKey;
    private int _microseconds;

    public ReadStatus TryReadCredentials(ReadOnlySpan<byte> buffer, out int consumed, out LoginRequest request)
    {
        request = default;
        consumed = 0;
        ReadStatus status = ClassicFrame.TryReadPlain(buffer, MaxLoginFrameSize, out int first, out ReadOnlySpan<byte> username);
        if (status != ReadStatus.Complete)
            return status;
        status = ClassicFrame.TryReadPlain(buffer[first..], MaxLoginFrameSize, out int second, out ReadOnlySpan<byte> password);
        if (status != ReadStatus.Complete)
            return status;
        if (!Utf8.IsValid(username) || !Utf8.IsValid(password))
            return ReadStatus.Malformed;
        consumed = first + second;
        request = new LoginRequest(UserName.Trim(Encoding.UTF8.GetString(username)), Encoding.UTF8.GetString(password));
        return ReadStatus.Complete;
    }

    /// <summary>Reads the client's public key at the start of <paramref name="buffer"/>.</summary>
    public static ReadStatus TryReadKey(ReadOnlySpan<byte> buffer, out int consumed, out RSA? key)
    {
        key = null;
        ReadStatus status = ClassicFrame.TryReadPlain(buffer, MaxLoginFrameSize, out consumed, out ReadOnlySpan<byte> pem);
        if (status != ReadStatus.Complete)
            return status;
        key = RsaPublicKey.Import(pem);
        return key is null ? ReadStatus.BadKey : ReadStatus.Complete;
    }

    public ReadStatus TryReadMessage(ReadOnlyMemory<byte> buffer, out int consumed, out Message message)
    {
        message = default;
        ReadStatus status = ClassicFrame.TryReadEncrypted(buffer.Span, maxFrameSize, out consumed, out ReadOnlySpan<byte> content);
        if (status != ReadStatus.Complete)
            return status;
        if (content.IsEmpty)
            return ReadStatus.Left;
        if (!TryDecrypt(content, out ReadOnlyMemory<byte> text))
            return ReadStatus.Malformed;
        if (text.IsEmpty || text.Span.SequenceEqual(_disconnectMessage))
            return ReadStatus.Left;
        message = new Message(text) { IsClassicLine = true };
        return ReadStatus.Complete;
    }

    public void WriteLoginResult(IFrameSink sink, LoginResult result) =>
        ClassicFrame.WritePlain(sink, result.IsOk ? "OK" : "FAILURE");

    public void WriteWelcome(IFrameSink sink, string alias, string greeting, long session) =>
        ClassicFrame.WritePlain(sink, $"Welcome {alias}\n{greeting}");

    /// <summary>Sends the server's public key. From now on the client can be sent messages, encrypted with its own key.</summary>
    public void WriteServerKey(IFrameSink sink, RSA peerKey)
    {
        ClassicFrame.WritePlain(sink, serverKey.PublicKeyPem);
        _peerKey = peerKey;
        _microseconds = RsaPublicKey.MicrosecondsFor(peerKey);
    }

    public SendOutcome WriteMessage(IFrameSink sink, OutgoingMessage message)
    {
        if (_peerKey is not { } key || !message.IsText)
            return SendOutcome.Dropped;
        ReadOnlySpan<byte> prefix = message.ClassicPrefix;
        ReadOnlySpan<byte> rest = message.ClassicText;
        int room = ClassicFrame.MaxTextSize(key.KeySize) - prefix.Length;
        if (room < MaxCharacterSize || rest.Length > (room - MaxCharacterSize + 1) * MaxBlocks)
            return SendOutcome.Dropped;
        SendOutcome worst = SendOutcome.Sent;
        do
        {
            int length = ClassicText.SplitLength(rest, room);
            SendOutcome outcome = WriteBlock(sink, key, prefix, rest[..length]);
            message.Count(_microseconds);
            worst = outcome > worst ? outcome : worst;
            rest = rest[length..];
        }
        while (!rest.IsEmpty);
        return worst;
    }

    public SendOutcome WriteMessage(IFrameSink sink, string sender, Message message)
    {
        using OutgoingMessage outgoing = OutgoingMessage.ToRoom(sender, message);
        return WriteMessage(sink, outgoing);
    }

    private static SendOutcome WriteBlock(IFrameSink sink, RSA key, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> text)
    {
        Span<byte> block = stackalloc byte[RsaPublicKey.MaxSize / 8];
        prefix.CopyTo(block);
        text.CopyTo(block[prefix.Length..]);
        Span<byte> ciphertext = stackalloc byte[RsaPublicKey.MaxSize / 8];
        int written;
        try
        {
            // Several threads may write to this recipient, and an RSA object is not thread-safe.
            lock (key)
                written = key.Encrypt(block[..(prefix.Length + text.Length)], ciphertext, RSAEncryptionPadding.OaepSHA256);
        }
        catch (CryptographicException)
        {
            // The recipient's key does not work. That must not affect the sender.
            return SendOutcome.Dropped;
        }

        return ClassicFrame.WriteEncrypted(sink, ciphertext[..written]);
    }

    private bool TryDecrypt(ReadOnlySpan<byte> base64, out ReadOnlyMemory<byte> text)
    {
        text = default;
        Span<byte> ciphertext = stackalloc byte[RsaPublicKey.MaxSize / 8];
        if (Base64.DecodeFromUtf8(base64, ciphertext, out _, out int length) != OperationStatus.Done)
            return false;
        _text ??= new byte[serverKey.KeySize / 8];
        if (!serverKey.TryDecrypt(ciphertext[..length], _text, out int written) || !Utf8.IsValid(_text.AsSpan(0, written)))
            return false;
        text = _text.AsMemory(0, written);
        return true;
    }
}
