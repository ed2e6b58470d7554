using System.IO.Pipelines;
using System.Net;
using ServerLib.Testing;
using ServerLib.Transport;

namespace ServerLib.Tests.Transport;

[TestClass]
public sealed class PipeConnectionTests : TransportContract
{
    [TestMethod]
    public async Task A_pipe_completed_with_an_exception_is_reported_as_a_lost_connection()
    {
        var pair = new PipePair(PipeOptions.Default);
        await using var transport = new PipeConnection(pair.Server, new IPEndPoint(IPAddress.Loopback, 0));
        await pair.Client.Output.CompleteAsync(new IOException("cut"));

        Assert.IsFalse(await transport.WaitToReadAsync(Token));
    }

    private protected override Task<(TransportConnection Transport, Stream Peer)> OpenAsync() => Task.FromResult(TransportPairs.OpenPipe());
}
