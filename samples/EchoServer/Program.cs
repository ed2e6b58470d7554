using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ServerLib;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
builder.Services.Configure<ServerOptions>(builder.Configuration.GetSection(ServerOptions.SectionName));
builder.Services.AddServerLib(options => options.ServerGreeting = "Whatever you say comes back.");
builder.Services.AddScoped<IMessageHandler, EchoHandler>();
await builder.Build().RunAsync();

/// <summary>Answers each message to the one who sent it.</summary>
internal sealed class EchoHandler : IMessageHandler
{
    public ValueTask OnMessageAsync(Connection connection, Message message, CancellationToken cancellationToken)
    {
        connection.Send("echo", message.Body);
        return ValueTask.CompletedTask;
    }
}
