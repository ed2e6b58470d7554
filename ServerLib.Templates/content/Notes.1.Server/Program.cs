using Notes._1.Server;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
builder.Services.AddServerLib(builder.Configuration).AddNotes();
await builder.Build().RunAsync();
