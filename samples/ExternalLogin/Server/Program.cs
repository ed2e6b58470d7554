using ExternalLogin;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ServerLib;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
builder.Services.AddLoginService(new Uri(builder.Configuration["LoginService"] ?? "http://127.0.0.1:5000"));
builder.Services.AddServerLib(builder.Configuration)
    .UseAuthenticator<ExternalAuthenticator>()
    .MapCall("whoami", (Connection from) => from.Alias)
    .MapCall("publish", (string title, Connection from) => $"{from.Alias} has published '{title}'.").RequireRole("editor");
await builder.Build().RunAsync();
