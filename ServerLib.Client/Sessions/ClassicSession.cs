using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <summary>A session that uses the classic protocol.</summary>
internal sealed class ClassicSession(ClientStream stream, ServerClientOptions options, ReceiveQueue queue) : ClientSession(stream, options)
{
    // Room for any key, and for a greeting of 4,000 bytes with a name.
    private const int MaxFrameSize = 16 * 1024;

    private readonly byte[] _disconnectMessage = Encoding.UTF8.GetBytes(options.DisconnectMessage);
    private readonly RSA _key = options.Key ?? RSA.Create(RsaPublicKey.MinSize);
    private RSA? _serverKey;

    /// <summary>Sends a line. A line that is longer than one RSA block is sent as several messages.</summary>
    public override async ValueTask SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (!Utf8.IsValid(body.Span))
            throw new ArgumentException("The classic protocol carries UTF-8 text only.");
        ReadOnlyMemory<byte> rest = body.Span.EndsWith("\n"u8) ? body[..^1] : body;
        do
        {
            int length = ClassicText.SplitLength(rest.Span, Info.MaxFrame - 1);
            byte[] line = [.. rest[..length].Span, (byte)'\n'];

            // Without its line end, a text that equals DisconnectMessage is an ordinary message.
            bool wouldDisconnect = line.AsSpan().SequenceEqual(_disconnectMessage);
            await EncryptAsync(wouldDisconnect ? line[..^1] : line, cancellationToken).ConfigureAwait(false);
            rest = rest[length..];
        }
        while (!rest.IsEmpty);
    }

    public override ValueTask SendGoodbyeAsync(CancellationToken cancellationToken) => EncryptAsync(_disconnectMessage, cancellationToken);

    public override void Dispose()
    {
        base.Dispose();
        if (Options.Key is null)
            _key.Dispose();
    }

    protected override async Task<SessionInfo> LogInAsync(CancellationToken cancellationToken)
    {
        await SendPlainAsync(Options.UserName, cancellationToken).ConfigureAwait(false);
        await SendPlainAsync(Options.Password, cancellationToken).ConfigureAwait(false);
        string answer = await ReadPlainAsync(cancellationToken).ConfigureAwait(false);
        if (answer == "FAILURE")
            throw new LoginException(CloseCode.TextOf(LoginCode.Failure)!) { Code = CloseCode.Of(LoginCode.Failure), IsResultUnknown = true };
        if (answer != "OK")
            throw ClientErrors.Malformed("neither OK nor FAILURE");
        string[] welcome = (await ReadPlainAsync(cancellationToken).ConfigureAwait(false)).Split('\n', 2);
        const string Prefix = "Welcome ";
        string alias = welcome[0].StartsWith(Prefix, StringComparison.Ordinal) ? welcome[0][Prefix.Length..] : Options.UserName;
        await SendPlainAsync(_key.ExportSubjectPublicKeyInfoPem(), cancellationToken).ConfigureAwait(false);
        string pem = await ReadPlainAsync(cancellationToken).ConfigureAwait(false);
        _serverKey = RsaPublicKey.Import(Encoding.ASCII.GetBytes(pem)) ?? throw ClientErrors.Malformed("an unusable public key");
        return new SessionInfo(alias, Greeting: welcome[^1], Id: "", ClassicFrame.MaxTextSize(_serverKey.KeySize));
    }

    protected override async Task ReceiveAsync()
    {
        byte[] text = new byte[_key.KeySize / 8];
        while (true)
        {
            ReadStatus status = ClassicFrame.TryReadEncrypted(Stream.Unread.Span, MaxFrameSize, out int consumed, out ReadOnlySpan<byte> content);
            if (status == ReadStatus.NeedMore)
            {
                if (!await Stream.FillAsync().ConfigureAwait(false))
                    return;
                continue;
            }

            if (status != ReadStatus.Complete || !TryDecrypt(content, text, out int length))
                throw ClientErrors.Malformed("a frame that cannot be read or decrypted");
            Stream.Consume(consumed);
            await queue.AddAsync(ClassicMessageReader.Read(text.AsSpan(0, length))).ConfigureAwait(false);
        }
    }

    private bool TryDecrypt(ReadOnlySpan<byte> base64, Span<byte> text, out int length)
    {
        length = 0;
        Span<byte> ciphertext = new byte[Base64.GetMaxDecodedFromUtf8Length(base64.Length)];
        if (Base64.DecodeFromUtf8(base64, ciphertext, out _, out int size) != OperationStatus.Done)
            return false;
        try
        {
            return _key.TryDecrypt(ciphertext[..size], text, RSAEncryptionPadding.OaepSHA256, out length) && Utf8.IsValid(text[..length]);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private ValueTask EncryptAsync(ReadOnlySpan<byte> text, CancellationToken cancellationToken)
    {
        if (EndReason is { } reason)
            return ValueTask.FromException(ClientErrors.Copy(reason));
        byte[] ciphertext;
        lock (_key)
            ciphertext = _serverKey!.Encrypt(text, RSAEncryptionPadding.OaepSHA256);
        var frame = new FrameBuffer();
        ClassicFrame.WriteEncrypted(frame, ciphertext);
        return Stream.WriteAsync(frame.Rented, frame.Size, cancellationToken);
    }

    private ValueTask SendPlainAsync(string content, CancellationToken cancellationToken)
    {
        var frame = new FrameBuffer();
        ClassicFrame.WritePlain(frame, content);
        return Stream.WriteAsync(frame.Rented, frame.Size, cancellationToken);
    }

    private async Task<string> ReadPlainAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadStatus status = ClassicFrame.TryReadPlain(Stream.Unread.Span, MaxFrameSize, out int consumed, out ReadOnlySpan<byte> content);
            if (status == ReadStatus.NeedMore)
            {
                if (!await Stream.FillAsync(cancellationToken).ConfigureAwait(false))
                    throw ClientErrors.ClosedDuringLogin();
                continue;
            }

            if (status != ReadStatus.Complete || !Utf8.IsValid(content))
                throw ClientErrors.Malformed("not a frame of the classic protocol. It may speak another protocol, or require TLS");
            string text = Encoding.UTF8.GetString(content);
            Stream.Consume(consumed);
            return text;
        }
    }
}
