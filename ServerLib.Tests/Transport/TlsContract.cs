using System.Net.Security;
using ServerLib.Tests.Remote;
using ServerLib.Transport;

namespace ServerLib.Tests.Transport;

/// <summary>What TLS has to keep over every kind of transport.</summary>
public abstract class TlsContract : TransportContract
{
    private static readonly HandshakeGate Gate = new(2);
    private static readonly TlsIdentity Identity = new(TestCertificate.New());

    private protected abstract Task<(TransportConnection Transport, Stream Peer)> OpenInnerAsync();

    private protected override async Task<(TransportConnection Transport, Stream Peer)> OpenAsync()
    {
        var (inner, peer) = await OpenInnerAsync();
        var client = new SslStream(peer);
        Task handshake = client.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "localhost", RemoteCertificateValidationCallback = (_, _, _, _) => true }, Token);
        TlsConnection? tls = await TlsConnection.AcceptAsync(inner, default, Identity, Gate, Token);
        await handshake;
        return (tls!, client);
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
    private protected override Task<(TransportConnection Transport, Stream Peer)> OpenInnerAsync() => Task.FromResult(TransportPairs.OpenPipe());
}
