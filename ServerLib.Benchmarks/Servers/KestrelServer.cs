using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ServerLib.Benchmarks.Processes;

namespace ServerLib.Benchmarks.Servers;

/// <summary>Kestrel without HTTP.</summary>
internal sealed class KestrelServer(ServerSetup setup) : IServer
{
    private WebApplication? _application;

    public async Task<int> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(setup);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.Limits.MaxConcurrentConnections = null;
            options.Listen(IPAddress.Loopback, 0, listen =>
            {
                if (setup.Tls)
                    listen.UseHttps(Certificate.Create());
                listen.UseConnectionHandler<Handler>();
            });
        });
        _application = builder.Build();
        await _application.StartAsync();
        return new Uri(_application.Urls.First()).Port;
    }

    public ValueTask DisposeAsync() => _application?.DisposeAsync() ?? ValueTask.CompletedTask;

    private sealed class Handler(ServerSetup setup) : ConnectionHandler
    {
        private readonly Lock _gate = new();
        private volatile Peer[] _peers = [];

        public override async Task OnConnectedAsync(ConnectionContext connection)
        {
            PipeReader input = connection.Transport.Input;
            PipeWriter output = connection.Transport.Output;
            var peer = new Peer(output);
            if (setup.Mode == Mode.FanOut)
            {
                lock (_gate)
                    _peers = [.. _peers, peer];
            }

            try
            {
                if (setup.Mode == Mode.FanOut)
                    await peer.SendAsync(new ReadOnlySequence<byte>(ServerSetup.FanOutWelcome));
                while (true)
                {
                    ReadResult read = await input.ReadAsync();
                    ReadOnlySequence<byte> bytes = read.Buffer;
                    if (bytes.IsEmpty && read.IsCompleted)
                        return;
                    if (setup.Mode == Mode.FanOut)
                        bytes = bytes.Slice(0, bytes.Length / ServerSetup.FanOutBody * ServerSetup.FanOutBody);
                    if (setup.Mode == Mode.Blocking && bytes.FirstSpan[0] == ServerSetup.SleepMark)
                        Thread.Sleep(ServerSetup.Sleep);
                    if (setup.Mode == Mode.FanOut)
                    {
                        foreach (Peer other in _peers)
                            await other.SendAsync(bytes);
                    }
                    else
                    {
                        Write(output, bytes);
                        await output.FlushAsync();
                    }

                    input.AdvanceTo(bytes.End, read.Buffer.End);
                }
            }
            catch (Exception e) when (e is ConnectionResetException or ConnectionAbortedException or IOException)
            {
                // The peer has disconnected.
            }
            finally
            {
                if (setup.Mode == Mode.FanOut)
                {
                    lock (_gate)
                        _peers = [.. _peers.Where(other => other != peer)];
                }
            }
        }
    }

    private static void Write(PipeWriter output, in ReadOnlySequence<byte> bytes)
    {
        foreach (ReadOnlyMemory<byte> piece in bytes)
            output.Write(piece.Span);
    }

    /// <summary>A recipient. A pipe accepts one writer at a time.</summary>
    private sealed class Peer(PipeWriter output)
    {
        private readonly SemaphoreSlim _turn = new(1);

        public async ValueTask SendAsync(ReadOnlySequence<byte> bytes)
        {
            await _turn.WaitAsync();
            try
            {
                Write(output, bytes);
                await output.FlushAsync();
            }
            catch (Exception e) when (e is InvalidOperationException or IOException or ConnectionAbortedException)
            {
                // The recipient has disconnected; its own loop handles that.
            }
            finally
            {
                _turn.Release();
            }
        }
    }
}
