using System.Net;
using DotNetty.Buffers;
using DotNetty.Handlers.Tls;
using DotNetty.Transport.Bootstrapping;
using DotNetty.Transport.Channels;
using DotNetty.Transport.Channels.Groups;
using DotNetty.Transport.Channels.Sockets;
using ServerLib.Benchmarks.Processes;

namespace ServerLib.Benchmarks.Servers;

/// <summary>DotNetty on its managed sockets, configured like its echo example.</summary>
internal sealed class DotNettyServer(ServerSetup setup) : IServer
{
    private readonly MultithreadEventLoopGroup _boss = new(1);
    private readonly MultithreadEventLoopGroup _workers = new();
    private IChannel? _listener;

    public async Task<int> StartAsync()
    {
        System.Security.Cryptography.X509Certificates.X509Certificate2? certificate = setup.Tls ? Certificate.Create() : null;
        var everyone = new DefaultChannelGroup(_workers.GetNext());
        ServerBootstrap bootstrap = new ServerBootstrap()
            .Group(_boss, _workers)
            .Channel<TcpServerSocketChannel>()
            .Option(ChannelOption.SoBacklog, ServerSetup.Backlog)
            .ChildOption(ChannelOption.TcpNodelay, true)
            .ChildOption(ChannelOption.Allocator, PooledByteBufferAllocator.Default)
            .ChildHandler(new ActionChannelInitializer<IChannel>(channel =>
            {
                if (certificate is not null)
                    channel.Pipeline.AddLast(TlsHandler.Server(certificate));
                channel.Pipeline.AddLast(setup.Mode == Mode.FanOut ? new FanOutHandler(everyone) : new EchoHandler(setup.Mode));
            }));
        _listener = await bootstrap.BindAsync(IPAddress.Loopback, 0);
        return ((IPEndPoint)_listener.LocalAddress).Port;
    }

    public async ValueTask DisposeAsync()
    {
        if (_listener is not null)
            await _listener.CloseAsync();

        // Its event loops stop slowly, and the process ends anyway.
        _ = _workers.ShutdownGracefullyAsync();
        _ = _boss.ShutdownGracefullyAsync();
    }

    private sealed class EchoHandler(Mode mode) : ChannelHandlerAdapter
    {
        public override void ChannelRead(IChannelHandlerContext context, object message)
        {
            if (mode == Mode.Blocking && message is IByteBuffer bytes && bytes.GetByte(bytes.ReaderIndex) == ServerSetup.SleepMark)
                Thread.Sleep(ServerSetup.Sleep);
            context.WriteAsync(message);
        }

        public override void ChannelReadComplete(IChannelHandlerContext context) => context.Flush();

        public override void ExceptionCaught(IChannelHandlerContext context, Exception exception) => context.CloseAsync();
    }

    private sealed class FanOutHandler(IChannelGroup everyone) : ChannelHandlerAdapter
    {
        private IByteBuffer? _rest;

        public override void ChannelActive(IChannelHandlerContext context)
        {
            everyone.Add(context.Channel);
            context.WriteAndFlushAsync(Unpooled.WrappedBuffer(ServerSetup.FanOutWelcome));
            base.ChannelActive(context);
        }

        public override void ChannelRead(IChannelHandlerContext context, object message)
        {
            var bytes = (IByteBuffer)message;
            if (_rest is not null)
            {
                _rest.WriteBytes(bytes);
                bytes.Release();
                bytes = _rest;
                _rest = null;
            }

            int whole = bytes.ReadableBytes / ServerSetup.FanOutBody * ServerSetup.FanOutBody;
            if (whole > 0)
                everyone.WriteAndFlushAsync(bytes.ReadBytes(whole));
            if (bytes.IsReadable())
            {
                _rest = context.Allocator.Buffer();
                _rest.WriteBytes(bytes);
            }

            bytes.Release();
        }

        public override void ExceptionCaught(IChannelHandlerContext context, Exception exception) => context.CloseAsync();
    }
}
