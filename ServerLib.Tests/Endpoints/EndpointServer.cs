using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ServerLib.Tests.Compact;
using ServerLib.Tests.Server;

namespace ServerLib.Tests.Endpoints;

/// <summary>A server with a list of end points, and its activity log.</summary>
internal sealed class EndpointServer : IAsyncDisposable
{
    private readonly RunningServer _server;

    private EndpointServer(RunningServer server, LogLines log) => (_server, Log) = (server, log);

    public LogLines Log { get; }

    public RunningServer Running => _server;

    /// <summary>Starts a server that listens on these end points.</summary>
    /// <param name="endpoints">The end points. An end point without a port and a path gets a free port.</param>
    public static Task<EndpointServer> StartAsync(params ServerEndpoint[] endpoints) => StartAsync(_ => { }, endpoints);

    public static Task<EndpointServer> StartAsync(Action<ServerOptions> configure, params ServerEndpoint[] endpoints) =>
        StartAsync(configure, TimeProvider.System, endpoints);

    public static async Task<EndpointServer> StartAsync(Action<ServerOptions> configure, TimeProvider time, params ServerEndpoint[] endpoints)
    {
        var log = new LogLines();
        RunningServer server = await RunningServer.StartAsync(
            options =>
            {
                options.Port = new ServerOptions().Port;
                foreach (ServerEndpoint endpoint in endpoints)
                {
                    if (endpoint is { Path: null, Socket: null })
                        endpoint.Port ??= 0;
                    options.Endpoints.Add(endpoint);
                }

                configure(options);
            },
            services: services => services.Replace(ServiceDescriptor.Singleton<ILog>(log)).Replace(ServiceDescriptor.Singleton(time)));
        return new EndpointServer(server, log);
    }

    /// <summary>Connects to an end point.</summary>
    /// <param name="index">The end point's place in the list.</param>
    /// <param name="header">The PROXY header to send first. Default none.</param>
    public async Task<CompactClient> ConnectAsync(int index = 0, byte[]? header = null) => CompactClient.On(await OpenAsync(index, header));

    /// <summary>Connects to an end point, for a test that writes and reads the bytes itself.</summary>
    public async Task<NetworkStream> OpenAsync(int index = 0, byte[]? header = null)
    {
        EndPoint endPoint = _server.Server.EndPoints[index];
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(endPoint);
        var stream = new NetworkStream(socket, ownsSocket: true);
        await stream.WriteAsync(header ?? []);
        return stream;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
