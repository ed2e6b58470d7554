using Gateway;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ServerLib;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
builder.Services.AddSingleton<EnrolledDevices>();
builder.Services.AddServerLib(builder.Configuration)
    .Configure(options =>
    {
        options.Login.Registration = RegistrationPolicy.Closed;
        options.Limits.MaxConnections = 20_000;
    })
    .Use<IUserKeys>(services => services.GetRequiredService<EnrolledDevices>())
    .Use<IBodySerializer>(new JsonBodySerializer(GatewayJson.Default.Options))
    .MapCalls<OperatorCalls>().RequireRole("admin");

using IHost host = builder.Build();
if (builder.Configuration["OperatorPassword"] is { } password)
{
    // If the name is taken, nothing changes: that user does not become an admin.
    var accounts = host.Services.GetRequiredService<IUserAdministration>();
    if ((await accounts.AddAccountAsync("operator", password)).IsOk)
        await accounts.SetAdminAsync("operator", isAdmin: true);
}

await host.RunAsync();
