using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ServerLib;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
builder.Services.AddServerLib(builder.Configuration)
    .Configure(options => options.ServerGreeting = "Whatever you say comes back.")
    .AddHandler<EchoHandler>();
await builder.Build().RunAsync();

/// <summary>Sends each message back to its sender.</summary>
internal sealed class EchoHandler : IMessageHandler
{
    public ValueTask OnMessageAsync(Connection connection, Message message, CancellationToken cancellationToken)
    {
        connection.TrySend("echo", message.Body);
        return ValueTask.CompletedTask;
    }
}
