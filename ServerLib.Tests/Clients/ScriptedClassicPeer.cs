using System.Security.Cryptography;
using ServerLib.Protocol;
using ServerLib.Tests.EndToEnd;

namespace ServerLib.Tests.Clients;

/// <summary>The server's end of a connection that uses the classic protocol. It sends exactly what a test tells it to.</summary>
internal sealed class ScriptedClassicPeer(Stream stream, CancellationToken token) : IDisposable
{
    private readonly RSA _key = ClientKeys.Next();
    private RSA? _clientKey;

    /// <summary>Performs a successful login as <c>Zoe</c>.</summary>
    /// <returns>The name and the password that the client sent.</returns>
    public async Task<(string UserName, string Password)> LogInAsync()
    {
        (string, string) credentials = (await ReadPlainAsync(), await ReadPlainAsync());
        await WritePlainAsync("OK", "Welcome Zoe\nHello\nyou");
        _clientKey = RSA.Create();
        _clientKey.ImportFromPem(await ReadPlainAsync());
        await WritePlainAsync(_key.ExportSubjectPublicKeyInfoPem());
        return credentials;
    }

    public async Task WritePlainAsync(params string[] contents)
    {
        foreach (string content in contents)
            await WriteRawAsync(ClassicWire.Plain(content));
    }

    public Task WriteEncryptedAsync(string text) => WriteRawAsync(ClassicWire.Encrypted(_clientKey!, text));

    public async Task WriteRawAsync(byte[] bytes) => await stream.WriteAsync(bytes, token);

    public async Task<string> ReadPlainAsync() =>
        ClassicWire.ReadText(await ReadAsync(ClassicWire.ReadPlainHeader(await ReadAsync(ClassicWire.HeaderSize))));

    public async Task<string> ReadEncryptedAsync()
    {
        byte[] base64 = await ReadAsync(ClassicWire.ReadEncryptedHeader(await ReadAsync(ClassicWire.HeaderSize)));
        byte[] ciphertext = Convert.FromBase64String(System.Text.Encoding.ASCII.GetString(base64));
        return ClassicWire.ReadText(_key.Decrypt(ciphertext, RSAEncryptionPadding.OaepSHA256));
    }

    public void Dispose()
    {
        stream.Dispose();
        _clientKey?.Dispose();
        _key.Dispose();
    }

    private async Task<byte[]> ReadAsync(int count)
    {
        byte[] bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes, token);
        return bytes;
    }
}
