using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ServerLib.Tests.Server;

namespace ServerLib.Tests.Resuming;

/// <summary>Sets up servers in memory for the tests of resumable sessions.</summary>
internal static class ResumeServer
{
    /// <summary>A chat server whose activity log tells when a session is detached: only then does time count.</summary>
    public static Task<PipeServer> StartAsync(LogLines log, Action<ServerOptions>? configure = null) => PipeServer.StartAsync(configure, services =>
    {
        ChatRooms(services);
        services.Replace(ServiceDescriptor.Singleton<ILog>(log));
    });

    public static void ChatRooms(IServiceCollection services) => services.Replace(ServiceDescriptor.Scoped<IMessageHandler, ChatRoom>());

    public static void Handle(IServiceCollection services, IMessageHandler handler) => services.Replace(ServiceDescriptor.Scoped(_ => handler));
}
