using System.Net.Security;
using System.Security.Cryptography;
using ServerLib.Tests.Clients;
using ServerLib.Tests.Passwords;
using ServerLib.Transport;

namespace ServerLib.Tests.Transport;

/// <summary>What TLS has to keep over every kind of transport.</summary>
public abstract class TlsContract : TransportContract
{
    private static readonly TlsHandshakeLimiter Limiter = new(2);
    private static readonly ContinuationAffinity Cryptography = new ContinuationAffinities().Cryptography;
    private static readonly TlsIdentity Identity = new(TestCertificate.New());

    private protected abstract Task<(TransportConnection Transport, Stream Peer)> OpenInnerAsync();

    private protected override async Task<(TransportConnection Transport, Stream Peer)> OpenAsync()
    {
        var (inner, peer) = await OpenInnerAsync();
        return await SecureAsync(inner, peer);
    }

    private protected async Task<(TransportConnection Transport, Stream Peer)> SecureAsync(TransportConnection inner, Stream peer)
    {
        var client = new SslStream(peer);
        Task handshake = client.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "localhost", RemoteCertificateValidationCallback = (_, _, _, _) => true }, Token);
        (TlsConnection? tls, _) = await TlsConnection.AcceptAsync(inner, default, Identity, Limiter, Cryptography, hasPriority: false, Token);
        await handshake;
        tls!.EndLogin();
        return (tls, client);
    }
}

[TestClass]
public sealed class TlsOverSocketTests : TlsContract
{
    private protected override Task<(TransportConnection Transport, Stream Peer)> OpenInnerAsync() => TransportPairs.OpenSocketAsync();
}

[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class TlsOverEpollTests : TlsContract
{
    private protected override Task<(TransportConnection Transport, Stream Peer)> OpenInnerAsync() => TransportPairs.OpenEpollAsync();
}

[TestClass]
public sealed class TlsOverPipeTests : TlsContract
{
    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    [DataRow(16_385, 1)]
    [DataRow(32_768, 1)]
    [DataRow(32_769, 2)]
    public async Task Two_TLS_records_are_written_at_once(int size, int writes)
    {
        var (inner, peer) = TransportPairs.OpenPipe();
        var counting = new CountingTransport(inner);
        var (transport, client) = await SecureAsync(counting, peer);
        byte[] sent = RandomNumberGenerator.GetBytes(size);
        int before = counting.Writes;
        Assert.AreEqual(size, transport.TryWrite(sent));

        byte[] received = new byte[size];
        await client.ReadExactlyAsync(received, Token);
        CollectionAssert.AreEqual(sent, received);
        Assert.AreEqual(writes, counting.Writes - before);
        await transport.DisposeAsync();
    }

    private protected override Task<(TransportConnection Transport, Stream Peer)> OpenInnerAsync() => Task.FromResult(TransportPairs.OpenPipe());
}
