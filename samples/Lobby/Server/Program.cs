using Lobby;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ServerLib;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
builder.Services.AddSingleton<Rooms>();
builder.Services.AddServerLib(builder.Configuration)
    .Configure(options => options.ServerGreeting = "Welcome to the lobby.")
    .Use<IBodySerializer>(new JsonBodySerializer(LobbyJson.Default.Options))
    .AddHandler<PlayerHandler>()
    .MapCall("list-rooms", (Rooms rooms) => rooms.ListAsync())
    .MapCall("create-room", (CreateRoom room, Connection player, Rooms rooms) => rooms.CreateAsync(room, player))
    .MapCall("join-room", (string name, Connection player, Rooms rooms) => rooms.JoinAsync(name, player))
    .MapCall("leave-room", (Connection player, Rooms rooms) => rooms.LeaveAsync(player))
    .MapCall("buzz", (Connection player, Rooms rooms) => rooms.BuzzAsync(player))
    .MapCall("close-room", (string name, Rooms rooms) => rooms.CloseAsync(name)).RequireRole("admin");

using IHost host = builder.Build();
if (builder.Configuration["AdminPassword"] is { } password)
{
    // If the name is taken, nothing changes: that user does not become an admin.
    var accounts = host.Services.GetRequiredService<IUserAdministration>();
    if ((await accounts.AddAccountAsync("admin", password)).IsOk)
        await accounts.SetAdminAsync("admin", isAdmin: true);
}

await host.RunAsync();
