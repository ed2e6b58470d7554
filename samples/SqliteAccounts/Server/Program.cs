using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ServerLib;
using SqliteAccounts;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
var database = new ShopDatabase(builder.Configuration.GetConnectionString("Shop") ?? "Data Source=shop.db;Default Timeout=5");
await database.CreateExampleAsync();
await database.AddNameKeysAsync();
builder.Services.AddSingleton(database);
builder.Services.AddServerLib(builder.Configuration)
    .Use<IPasswordHasher, UpgradingPasswordHasher>()
    .UseUserDatabase<ShopAccounts>()
    .MapCall("whoami", (Connection from) => from.Alias);
await builder.Build().RunAsync();
