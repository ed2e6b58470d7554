using Chat;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
builder.Services.AddSingleton<Rooms>();
builder.Services.AddServerLib(builder.Configuration)
    .Configure(options =>
    {
        options.ServerGreeting = $"The rooms are {string.Join(", ", Rooms.Names)}.";

        // A room keeps its last messages, so they must not be too large.
        options.Limits.MaxFrameSize = 4096;
    })
    .AddHandler<ChatHandler>();
await builder.Build().RunAsync();
