using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <summary>A connection that speaks the classic protocol.</summary>
internal sealed class ClassicSession(ClientStream stream, ServerClientOptions options, ReceiveQueue inbox) : ClientSession(stream, options)
{
    // A greeting of 4,000 bytes and a name, and more than any key.
    private const int MaxFrameSize = 16 * 1024;

    private readonly byte[] _leave = Encoding.UTF8.GetBytes(options.DisconnectMessage);
    private readonly RSA _key = options.Key ?? RSA.Create(RsaPublicKey.MinSize);
    private RSA? _serverKey;

    /// <summary>Sends a line, in several messages where it is longer than one block.</summary>
    public override async ValueTask SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (!Utf8.IsValid(body.Span))
            throw new ArgumentException("The classic protocol carries UTF-8 text only.");
        ReadOnlyMemory<byte> rest = body.Span.EndsWith("\n"u8) ? body[..^1] : body;
        do
        {
            int length = CharacterBoundary(rest.Span, MaxFrame - 1);
            byte[] line = [.. rest[..length].Span, (byte)'\n'];

            // What only looks like the word that ends the connection goes without its line end, which makes it an ordinary text.
            await EncryptAsync(line.AsSpan().SequenceEqual(_leave) ? line[..^1] : line, cancellationToken).ConfigureAwait(false);
            rest = rest[length..];
        }
        while (!rest.IsEmpty);
    }

    public override ValueTask SayGoodByeAsync(CancellationToken cancellationToken) => EncryptAsync(_leave, cancellationToken);

    public override void Dispose()
    {
        base.Dispose();
        if (Options.Key is null)
            _key.Dispose();
    }

    protected override async Task LogInAsync(CancellationToken cancellationToken)
    {
        await SendPlainAsync(Options.UserName, cancellationToken).ConfigureAwait(false);
        await SendPlainAsync(Options.Password, cancellationToken).ConfigureAwait(false);
        string answer = await ReadPlainAsync(cancellationToken).ConfigureAwait(false);
        if (answer == "FAILURE")
            throw new LoginException(CloseCode.TextOf(LoginCode.Failure)!) { Code = CloseCode.Of(LoginCode.Failure) };
        if (answer != "OK")
            throw Malformed("neither OK nor FAILURE");
        string[] welcome = (await ReadPlainAsync(cancellationToken).ConfigureAwait(false)).Split('\n', 2);
        const string Word = "Welcome ";
        Alias = welcome[0].StartsWith(Word, StringComparison.Ordinal) ? welcome[0][Word.Length..] : Options.UserName;
        Greeting = welcome[^1];
        await SendPlainAsync(_key.ExportSubjectPublicKeyInfoPem(), cancellationToken).ConfigureAwait(false);
        string pem = await ReadPlainAsync(cancellationToken).ConfigureAwait(false);
        _serverKey = RsaPublicKey.Import(Encoding.ASCII.GetBytes(pem)) ?? throw Malformed("a public key that can't be used");
        MaxFrame = ClassicFrame.MaxTextSize(_serverKey.KeySize);
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
                throw Malformed("a frame that can't be read or decrypted");
            Stream.Consume(consumed);
            await inbox.AddAsync(Understand(text.AsSpan(0, length))).ConfigureAwait(false);
        }
    }

    protected override ValueTask StopAsync(ServerClientException why) => default;

    /// <summary>Takes <c>{alias}: {text}</c> apart, and what is known to be a notice for one.</summary>
    private static ReceivedMessage Understand(ReadOnlySpan<byte> text)
    {
        int colon = text.IndexOf(": "u8);
        string sender = colon < 0 ? "" : Encoding.UTF8.GetString(text[..colon]);
        ReadOnlySpan<byte> body = colon < 0 ? text : text[(colon + 2)..];
        if (body.SequenceEqual("[ CONNECTED ]"u8))
            return new ReceivedMessage(ReceivedKind.Joined, sender);
        if (body.SequenceEqual("[ DISCONNECTED ]"u8))
            return new ReceivedMessage(ReceivedKind.Left, sender);
        body = body.EndsWith("\r\n"u8) ? body[..^2] : body.EndsWith("\n"u8) ? body[..^1] : body;
        return new ReceivedMessage(ReceivedKind.Message, sender, body.ToArray());
    }

    private static int CharacterBoundary(ReadOnlySpan<byte> text, int max)
    {
        if (text.Length <= max)
            return text.Length;
        int length = max;
        while ((text[length] & 0xC0) == 0x80)
            length--;
        return length;
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
        if (EndedBecause is { } end)
            return ValueTask.FromException(Again(end));
        byte[] ciphertext;
        lock (_key)
            ciphertext = _serverKey!.Encrypt(text, RSAEncryptionPadding.OaepSHA256);
        var frame = new FrameCatcher();
        ClassicFrame.WriteEncrypted(frame, ciphertext);
        return Stream.WriteAsync(frame.Rented, frame.Size, cancellationToken);
    }

    private ValueTask SendPlainAsync(string content, CancellationToken cancellationToken)
    {
        var frame = new FrameCatcher();
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
                    throw new ServerClientException("The server closed the connection during the login.") { Code = ClientCode.Lost };
                continue;
            }

            if (status != ReadStatus.Complete || !Utf8.IsValid(content))
                throw Malformed("no frame of the classic protocol; maybe it speaks another one, or only TLS");
            string text = Encoding.UTF8.GetString(content);
            Stream.Consume(consumed);
            return text;
        }
    }

    /// <summary>Takes one frame from whoever writes it.</summary>
    private sealed class FrameCatcher : IFrameSink
    {
        public byte[] Rented { get; private set; } = [];

        public int Size { get; private set; }

        public SendOutcome Write(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
        {
            Size = head.Length + body.Length;
            Rented = ArrayPool<byte>.Shared.Rent(Size);
            head.CopyTo(Rented);
            body.CopyTo(Rented.AsSpan(head.Length));
            return SendOutcome.Sent;
        }
    }
}
