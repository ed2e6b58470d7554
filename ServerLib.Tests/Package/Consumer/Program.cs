using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Moq;
using ServerLib;

var log = new Mock<ILog>();
var ledger = new Mock<IConnectionLedger>();
var database = new Mock<IUserDatabase>();
var authenticator = new Mock<IAuthenticator>();
authenticator
    .Setup(a => a.AuthenticateAsync(It.Is<Credentials>(c => c.Username == "ada" && c.Password == "secret"), It.IsAny<CancellationToken>()))
    .ReturnsAsync(LoginResult.Ok("ada"));

var builder = Host.CreateApplicationBuilder();
builder.Services.AddServerLib(options =>
{
    options.Port = 0;
    options.DataDirectory = args[0];
    options.ServerGreeting = "Mind the gap.";
});
builder.Services.AddSingleton(log.Object);
builder.Services.AddSingleton(ledger.Object);
builder.Services.AddSingleton(database.Object);
builder.Services.AddSingleton(authenticator.Object);
builder.Logging.ClearProviders();
using var host = builder.Build();
await host.StartAsync();

using var client = new TcpClient();
await client.ConnectAsync(host.Services.GetRequiredService<IServerControl>().EndPoint!);
using var key = RSA.Create(2048);
await SendAsync("ada");
await SendAsync("secret");
Console.WriteLine(await ReceiveAsync());
Console.WriteLine(await ReceiveAsync());
await SendAsync(key.ExportSubjectPublicKeyInfoPem());
Console.WriteLine((await ReceiveAsync()).Split('\n')[0]);
await host.StopAsync();

log.Verify(l => l.Logging(It.Is<string>(line => line.EndsWith("Alias - ada"))));
ledger.Verify(l => l.Add(It.Is<Connection>(c => c.Alias == "ada")), Times.Once);
ledger.Verify(l => l.Remove(It.IsAny<Connection>()), Times.Once);
database.Verify(d => d.LogConnectionAsync("ada", It.IsAny<EndPoint>(), It.IsAny<CancellationToken>()), Times.Once);
database.Verify(d => d.LogDisconnectionAsync("ada", It.IsAny<CancellationToken>()), Times.Once);
Console.WriteLine("All four were asked.");

Task SendAsync(string text)
{
    string header = Encoding.UTF8.GetByteCount(text).ToString(CultureInfo.InvariantCulture).PadRight(64);
    return client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(header + text)).AsTask();
}

async Task<string> ReceiveAsync()
{
    var header = new byte[64];
    await client.GetStream().ReadExactlyAsync(header);
    var content = new byte[int.Parse(Encoding.ASCII.GetString(header), CultureInfo.InvariantCulture)];
    await client.GetStream().ReadExactlyAsync(content);
    return Encoding.UTF8.GetString(content);
}
