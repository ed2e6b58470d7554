using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using ServerLib.Tests.EndToEnd;
using ServerLib.Tests.Transport;

namespace ServerLib.Tests.Compact;

/// <summary>Clients that speak TLS and, inside of it, what the test says.</summary>
internal static class TlsPeer
{
    public static async Task<SslStream> ConnectAsync(
        IPEndPoint endPoint, CancellationToken token, Action<SslClientAuthenticationOptions>? configure = null)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(endPoint, token);
        return await AuthenticateAsync(new NetworkStream(socket, ownsSocket: true), token, configure);
    }

    public static async Task<SslStream> AuthenticateAsync(
        Stream stream, CancellationToken token, Action<SslClientAuthenticationOptions>? configure = null)
    {
        var tls = new SslStream(stream);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
        };
        configure?.Invoke(options);
        try
        {
            await tls.AuthenticateAsClientAsync(options, token);
            return tls;
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }

    /// <summary>The first thing that a TLS client says.</summary>
    public static async Task<byte[]> ClientHelloAsync(CancellationToken token)
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        using var tls = new SslStream(new NetworkStream(pair.Client));
        Task handshake = tls.AuthenticateAsClientAsync("localhost");
        byte[] buffer = new byte[4096];
        int count = await pair.Server.ReceiveAsync(buffer, token);
        pair.Server.Dispose();
        await Assert.ThrowsAsync<IOException>(() => handshake);
        return buffer[..count];
    }

    /// <summary>Reads a plain frame of the classic protocol.</summary>
    public static async Task<string> ReadPlainAsync(Stream stream, CancellationToken token) =>
        ClassicWire.ReadText((await new FrameReader(stream, ReadingStyle.Patient).ReadPlainAsync(token))!);

    /// <returns><see langword="null"/> where there is no such program.</returns>
    public static Process? StartOpenSsl(params string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo("openssl", arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            });
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
