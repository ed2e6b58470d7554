using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization.Metadata;

namespace ServerLib.Protocol;

/// <summary>The server's side of the compact protocol.</summary>
/// <param name="maxFrameSize">The largest frame that a client may send, in bytes.</param>
/// <param name="registration">Who may register, as HELLO says it: <c>open</c>, <c>invitation</c> or <c>closed</c>.</param>
/// <param name="serverKey">The server's key pair.</param>
/// <param name="offersKeys">Whether the client may log in by key.</param>
/// <param name="serverEndPoint">The hash of the certificate that the client was shown; empty outside of TLS.</param>
internal sealed partial class CompactProtocol(
    int maxFrameSize, string registration, ServerKey serverKey, bool offersKeys = false, ReadOnlyMemory<byte> serverEndPoint = default) : IWireProtocol
{
    /// <summary>The largest frame before a client is logged in.</summary>
    public const int MaxLoginFrameSize = 4 * 1024;

    private const int MaxPing = 8;

    // The connection's for good: whoever signs it again after a login that failed, signs it for this connection.
    private readonly byte[] _nonce = RandomNumberGenerator.GetBytes(KeyProof.NonceSize);
    private string _username = "";
    private bool _isByKey;
    private string _lastName = "";
    private byte[] _reply = [];

    public bool ExchangesKeys => false;

    /// <summary>What the client signs to prove that it holds a key.</summary>
    public byte[] SignedForPossession => Signed(KeyProof.Possession, _username);

    public ReadStatus TryReadPreface(ReadOnlySpan<byte> buffer, out int consumed)
    {
        ReadOnlySpan<byte> preface = CompactFrame.Preface;
        consumed = preface.Length;
        if (buffer.Length >= preface.Length)
            return buffer.StartsWith(preface) ? ReadStatus.Complete : ReadStatus.UnknownVersion;
        return preface.StartsWith(buffer) ? ReadStatus.NeedMore : ReadStatus.UnknownVersion;
    }

    public ReadStatus TryReadCredentials(ReadOnlySpan<byte> buffer, out int consumed, out LoginRequest request)
    {
        request = default;
        ReadStatus status = CompactFrame.TryRead(buffer, MaxLoginFrameSize, out consumed, out FrameType type);
        if (status != ReadStatus.Complete)
            return status;
        ReadOnlySpan<byte> payload = buffer[CompactFrame.HeaderSize..consumed];
        if (type != FrameType.Login)
            return NeedsLogin(type) ? ReadStatus.OutOfTurn : ReadControl(type, payload);
        if (CompactControl.TryParse(payload, CompactJson.Default.Login) is not { } login)
            return ReadStatus.Malformed;
        switch (login)
        {
            case { Mechanism: CompactControl.Plain, Username: { } name, Password: { } password }:
                request = new LoginRequest(UserName.Trim(name), password, login.Invitation);
                break;
            case { Mechanism: CompactControl.ByKey, Username: { } name, PublicKey: { } key, Signature: { } signature } when offersKeys:
                request = new LoginRequest(UserName.Trim(name), "", Key: new KeyClaim(key, signature, Signed(KeyProof.Login, name)));
                break;
            default:
                string offered = offersKeys ? "PLAIN with username and password, or KEY with username, publicKey and signature, is offered."
                    : "Only PLAIN with username and password is offered.";
                return Reply(FrameType.Result, new CompactControl.Result("refused", offered, null), CompactJson.Default.Result);
        }

        _username = login.Username;
        _isByKey = request.Key is not null;
        return ReadStatus.Complete;
    }

    public ReadStatus TryReadKey(ReadOnlySpan<byte> buffer, out int consumed, out RSA? key) =>
        throw new NotSupportedException("A compact client gives its key in a message, or not at all.");

    public ReadStatus TryReadMessage(ReadOnlyMemory<byte> buffer, out int consumed, out Message message)
    {
        message = default;
        ReadStatus status = CompactFrame.TryRead(buffer.Span, maxFrameSize, out consumed, out FrameType type);
        if (status != ReadStatus.Complete)
            return status;
        ReadOnlyMemory<byte> payload = buffer[CompactFrame.HeaderSize..consumed];
        switch (type)
        {
            case FrameType.MessageIn:
                message = new Message(payload);
                return ReadStatus.Complete;
            case FrameType.DirectIn:
                return ReadNamed(MessageKind.Direct, payload, out message);
            case FrameType.GroupIn:
                return ReadNamed(MessageKind.Group, payload, out message);
            case FrameType.Request:
                return CompactPayload.ReadNumbered(MessageKind.Request, hasStatus: false, payload, out message);
            case FrameType.Response:
                return CompactPayload.ReadNumbered(MessageKind.Response, hasStatus: true, payload, out message);
            case FrameType.Join:
                return Bounded(CompactPayload.ReadGroup(MessageKind.Join, payload.Span, out message), type, message.Name);
            case FrameType.Leave:
                return Bounded(CompactPayload.ReadGroup(MessageKind.Leave, payload.Span, out message), type, message.Name);
            case FrameType.Users:
                return Bounded(CompactPayload.ReadUsers(payload.Span, out message), type, message.Name);
            case FrameType.Key:
                message = new Message(MessageKind.Key, payload);
                return ReadStatus.Complete;
            case FrameType.Password:
                message = new Message(MessageKind.Password, payload);
                return ReadStatus.Complete;
            case FrameType.Command:
                message = new Message(MessageKind.Command, payload);
                return ReadStatus.Complete;
            case FrameType.KeyQuery:
                return CompactPayload.ReadKeyQuery(payload.Span, out message);
            default:
                return type == FrameType.Login ? ReadStatus.OutOfTurn : ReadControl(type, payload.Span);
        }
    }

    private byte[] Signed(ReadOnlySpan<byte> purpose, string username) => KeyProof.Bytes(purpose, _nonce, username, serverEndPoint.Span);

    private static bool NeedsLogin(FrameType type) => type
        is (>= FrameType.Key and <= FrameType.Command)
        or FrameType.MessageIn or FrameType.DirectIn or FrameType.GroupIn or FrameType.Request or FrameType.Response
        or FrameType.Users or FrameType.Join or FrameType.Leave;

    /// <summary>Reads what may come at any time, and what isn't known.</summary>
    private ReadStatus ReadControl(FrameType type, ReadOnlySpan<byte> payload)
    {
        switch (type)
        {
            case FrameType.Close:
                return ReadStatus.Left;
            case FrameType.Ping or FrameType.Pong when payload.Length > MaxPing:
                return ReadStatus.Malformed;
            case FrameType.Ping:
                _reply = new byte[CompactFrame.HeaderSize + payload.Length];
                CompactFrame.WriteHeader(_reply, FrameType.Pong, payload.Length);
                payload.CopyTo(_reply.AsSpan(CompactFrame.HeaderSize));
                return ReadStatus.Reply;
            case FrameType.Pong or FrameType.Error:
                _reply = [];
                return ReadStatus.Reply;
            default:
                return Reply(
                    FrameType.Error,
                    new CompactControl.Error("unknown-type", "Frames of this type are not known here.", $"0x{(byte)type:X2}"),
                    CompactJson.Default.Error);
        }
    }

    /// <summary>A group's name comes back in the answer, so it is held to what a binary payload can carry.</summary>
    private ReadStatus Bounded(ReadStatus status, FrameType type, string? group)
    {
        if (group is null || Encoding.UTF8.GetByteCount(group) <= CompactFrame.MaxNameSize)
            return status;
        return Reply(
            FrameType.Error,
            new CompactControl.Error("bad-name", $"A group's name has at most {CompactFrame.MaxNameSize} bytes of UTF-8.", $"0x{(byte)type:X2}"),
            CompactJson.Default.Error);
    }

    private ReadStatus ReadNamed(MessageKind kind, ReadOnlyMemory<byte> payload, out Message message)
    {
        message = default;
        if (!CompactFrame.TryReadName(payload.Span, out ReadOnlySpan<byte> name, out int consumed) || Name(name) is not { } text)
            return ReadStatus.Malformed;
        message = new Message(kind, payload[consumed..], text);
        return ReadStatus.Complete;
    }

    /// <summary>A name as text. Most clients name the same one again and again, so the last one is kept.</summary>
    private string? Name(ReadOnlySpan<byte> utf8)
    {
        Span<char> chars = stackalloc char[CompactFrame.MaxNameSize];
        if (System.Text.Unicode.Utf8.ToUtf16(utf8, chars, out _, out int length, replaceInvalidSequences: false) != OperationStatus.Done)
            return null;
        if (!chars[..length].SequenceEqual(_lastName))
            _lastName = chars[..length].ToString();
        return _lastName;
    }

    private ReadStatus Reply<T>(FrameType type, T payload, JsonTypeInfo<T> json)
    {
        _reply = Encode(type, payload, json);
        return ReadStatus.Reply;
    }
}
