using System.Security.Cryptography;
using System.Text;
using ServerLib.Connections;
using ServerLib.Protocol;
using ServerLib.Tests.Compact;
using ServerLib.Tests.EndToEnd;
using ServerLib.Tests.Protocol;
using ServerLib.Tests.Transport;

namespace ServerLib.Tests.Connections;

/// <summary>
/// A connection without a network whose user has logged in. It records each write since then, for tests of what is sent and in how many
/// writes.
/// </summary>
internal sealed class RecordedConnection
{
    private static readonly byte[] Preface = "SLIB/2\r\n"u8.ToArray();

    private RecordedConnection(ServerOptions? options, TimeProvider? time) =>
        Connection = new Connection(Transport, new ConnectionSettings(options ?? new ServerOptions(), ServerKey.Ephemeral, certificate: null, time));

    public ScriptedTransport Transport { get; } = new();

    public Connection Connection { get; }

    /// <summary>The frames that a compact client has got since it logged in.</summary>
    public List<RawFrame> Frames => RawFrame.Split(Transport.AllWritten);

    public static async Task<RecordedConnection> CompactAsync(
        string name, ServerOptions? options = null, TimeProvider? time = null, params string[] features)
    {
        var client = new RecordedConnection(options, time);
        RawFrame login = RawFrame.Control(FrameType.Login, new { mechanism = "PLAIN", username = name, password = "secret", features });
        client.Transport.Feed((byte[])[.. Preface, .. login.ToBytes()]);
        await client.LoginAsync();
        client.Forget();
        return client;
    }

    public static async Task<RecordedConnection> ClassicAsync(string name, RSA key, ServerOptions? options = null, TimeProvider? time = null)
    {
        var client = new RecordedConnection(options, time);
        client.Transport.Feed((byte[])[.. ClassicWire.Plain(name), .. ClassicWire.Plain("secret")]);
        await client.LoginAsync();
        client.Transport.Feed(ClassicWire.Plain(key.ExportSubjectPublicKeyInfoPem()));
        client.Connection.Writer.SendServerKey((await client.Connection.Login.ReadKeyAsync(Guard.NewToken()))!);
        client.Forget();
        return client;
    }

    public void Forget()
    {
        Transport.Written.Clear();
        Transport.Writes = 0;
    }

    /// <summary>The texts that a classic client has got.</summary>
    public string[] Texts(RSA key) =>
    [
        .. Transport.Written.Select(frame => Encoding.UTF8.GetString(
            key.Decrypt(Convert.FromBase64String(Encoding.ASCII.GetString(frame, 64, frame.Length - 64)), RSAEncryptionPadding.OaepSHA256))),
    ];

    private async Task LoginAsync()
    {
        Credentials? credentials = await Connection.Login.ReadCredentialsAsync(Guard.NewToken());
        Connection.Writer.SendLoginResult(LoginResult.Ok(credentials!.Username));
        Connection.UpdateAlias(credentials.Username);
        Connection.Writer.SendWelcome();
    }
}
