using System.Net.Sockets;
using System.Security.Cryptography;
using ServerLib.Protocol;
using ServerLib.Tests.Clients;
using ServerLib.Tests.Transport;

namespace ServerLib.Tests.Fuzzing;

/// <summary>
/// The client against a server that sends anything: connecting, reading, requests and disposal throw only documented exceptions.
/// </summary>
[TestClass]
public sealed class HostileServerFuzzTests
{
    private static readonly Lazy<RSA> Key = new(() =>
    {
        var key = RSA.Create();
        key.ImportFromPem(File.ReadAllText(Repository.File("ServerLib.Tests", "Fuzzing", "Seeds", "server-key", "client.pem")));
        return key;
    });

    [TestMethod]
    public Task The_compact_client_survives_any_server() => RunAsync("compact-server", Shape.Compact, ClientProtocol.Compact, 250);

    [TestMethod]
    public Task The_classic_client_survives_any_server() => RunAsync("classic-server", Shape.Classic, ClientProtocol.Classic, 120);

    private static async Task RunAsync(string corpus, Shape shape, ClientProtocol protocol, int iterations)
    {
        using Socket listener = SocketPair.Listen();
        await Fuzzer.RunAsync(Corpus.Of(corpus), shape, iterations, async input =>
        {
            CancellationToken guard = Guard.NewToken();
            var options = new ServerClientOptions
            {
                EndPoint = (System.Net.IPEndPoint)listener.LocalEndPoint!,
                UserName = "alice",
                Password = "secret",
                Protocol = protocol,
                Key = protocol == ClientProtocol.Classic ? Key.Value : null,
                MaxFrameSize = 64 * 1024,
                OnRequest = (body, _) => new ValueTask<Response>(new Response(0, body)),
            };
            Task serving = ServeAsync(listener, input, guard);
            await UseAsync(options, guard);
            await serving;
        });
    }

    private static async Task UseAsync(ServerClientOptions options, CancellationToken guard)
    {
        try
        {
            ServerClient client = await ServerClient.ConnectAsync(options, guard);
            Task asking = AskAsync(client, guard);
            ServerClientException end = await client.EndAsync(guard);
            Assert.IsNotNull(end.Code is null ? end.InnerException is null ? "" : null : end.Code, $"It ends with {end.InnerException}");
            await asking;
            await client.DisposeAsync();
        }
        catch (ServerClientException e)
        {
            Assert.IsFalse(e.Message.Any(char.IsControl), e.Message);
        }
    }

    private static async Task AskAsync(ServerClient client, CancellationToken guard)
    {
        Func<Task>[] questions =
        [
            async () => Assert.DoesNotContain((string?)null, await client.GetUsersAsync(cancellationToken: guard)),
            () => client.JoinAsync("chess", guard),
            () => client.LeaveAsync("chess", guard),
            async () => (await client.GetKeyAsync("bob", guard)).Dispose(),
            async () => (await client.GetKeyAsync(cancellationToken: guard)).Dispose(),
            () => client.RequestAsync("why", cancellationToken: guard),
            () => client.PingAsync(guard),
            () => client.SendAsync("hello", guard).AsTask(),
        ];
        await Task.WhenAll(questions.Select(async question =>
        {
            try
            {
                await question();
            }
            catch (Exception e) when (e is ServerClientException or NotSupportedException)
            {
                // The connection has ended, or the protocol does not support it.
            }
        }));
    }

    private static async Task ServeAsync(Socket listener, FuzzInput input, CancellationToken guard)
    {
        using Socket socket = await listener.AcceptAsync(guard);
        try
        {
            foreach (ReadOnlyMemory<byte> piece in input.Cuts[0] < 16 ? [input.Bytes] : input.Pieces())
                await socket.SendAsync(piece, guard);
            socket.Shutdown(SocketShutdown.Send);
            byte[] said = new byte[4096];
            while (await socket.ReceiveAsync(said, guard) > 0)
            {
                // Reads until the client closes the connection.
            }
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown)
        {
            // The client has closed the connection.
        }
    }
}
