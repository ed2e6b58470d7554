using System.Net.Sockets;
using ServerLib.Protocol;

namespace ServerLib.Tests.Clients;

/// <summary>Where the client sends the password, and when. A stream from the application counts as a way to another machine.</summary>
[TestClass]
public sealed class PlaintextPasswordTests : IDisposable
{
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly ScriptedServer _server = new();

    public void Dispose() => _server.Dispose();

    [TestMethod]
    [DataRow(ClientProtocol.Compact)]
    [DataRow(ClientProtocol.Classic)]
    public async Task The_password_is_not_sent_without_TLS_to_another_machine(ClientProtocol protocol)
    {
        ServerClientOptions options = Options();
        (options.Protocol, options.Password) = (protocol, "");
        options.PasswordProvider = _ => throw new AssertFailedException("The password is not needed.");
        Task<ServerClient> connecting = ServerClient.ConnectAsync(options, _guard);
        using ScriptedCompactPeer peer = await _server.AcceptAsync(_guard);
        ServerClientException e = await Assert.ThrowsExactlyAsync<ServerClientException>(() => connecting);

        Assert.AreEqual(("tls-required", true, true), (e.Code, e.RequiresTls, e.IsFinal));
        await Assert.ThrowsExactlyAsync<EndOfStreamException>(peer.ReadLoginAsync);
    }

    [TestMethod]
    public async Task An_allowed_password_is_sent_only_after_HELLO()
    {
        ServerClientOptions options = Options();
        options.AllowPlaintextPassword = true;
        Task<ServerClient> connecting = ServerClient.ConnectAsync(options, _guard);
        using ScriptedCompactPeer peer = await _server.AcceptAsync(_guard);
        await peer.ReadPrefaceAsync();
        await peer.WriteAsync(FrameType.Close, """{"code":"refused","text":"Passwords are taken over TLS only here."}""");
        Assert.IsTrue((await Assert.ThrowsExactlyAsync<ServerClientException>(() => connecting)).RequiresTls);
        await Assert.ThrowsExactlyAsync<EndOfStreamException>(() => peer.ReadAsync(FrameType.Login));

        connecting = ServerClient.ConnectAsync(options, _guard);
        using ScriptedCompactPeer second = await _server.AcceptAsync(_guard);
        await second.ReadPrefaceAsync();
        await second.WriteHelloAsync();
        StringAssert.Contains(await second.ReadAsync(FrameType.Login), "s3cret pass");
        await second.WriteAsync(FrameType.Result, """{"code":"failure"}""");
        await Assert.ThrowsExactlyAsync<LoginException>(() => connecting);
    }

    private ServerClientOptions Options() => new()
    {
        UserName = "zoe",
        Password = "s3cret pass",
        ConnectCallback = async token =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(_server.EndPoint, token);
            return new NetworkStream(socket, ownsSocket: true);
        },
    };
}
