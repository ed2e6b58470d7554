using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using ServerLib;

// Everything is the default, with accounts and the audit trail on disk. Calls and events are typed.
await using ServerLibServer server = ServerLibServer.Create(builder =>
{
    builder.Configure(options => (options.Port, options.DataDirectory) = (0, args[0]));
    builder.MapCall("add", Json.Default.Pair, Json.Default.Int32, (pair, _, _) => new ValueTask<int>(pair.A + pair.B));
    builder.MapCall(
        "ask", Json.Default.Int32, async (from, token) => await from.CallAsync("answer", 20, Json.Default.Int32, Json.Default.Int32, cancellationToken: token));
    builder.MapEvent("tell", Json.Default.Int32, (number, from, _) =>
    {
        from.TrySendEvent("told", number + 1, Json.Default.Int32);
        return ValueTask.CompletedTask;
    });
});
await server.StartAsync();

var services = new ServiceCollection();
services.AddServerLibClient("ada", options =>
{
    options.EndPoint = server.EndPoint;
    options.UserName = "ada";
    options.Password = "correct horse";
});
await using (ServiceProvider provider = services.BuildServiceProvider())
{
    IServerClient ada = await provider.GetRequiredService<IServerClientFactory>().GetAsync("ada");
    var told = new TaskCompletionSource<int>();
    ada.On("told", (number, _) =>
    {
        told.SetResult(number);
        return ValueTask.CompletedTask;
    }, Json.Default.Int32);
    ada.OnCall("answer", (number, _) => new ValueTask<int>(2 * number), Json.Default.Int32, Json.Default.Int32);

    Console.WriteLine($"Sum: {await ada.CallAsync("add", new Pair(1, 2), Json.Default.Pair, Json.Default.Int32)}");
    Console.WriteLine($"Twice: {await ada.CallAsync("ask", Json.Default.Int32)}");
    await ada.SendEventAsync("tell", 6, Json.Default.Int32);
    Console.WriteLine($"Told: {await told.Task}");
    Console.WriteLine($"Name: {ada.Alias}");
}

await server.StopAsync();

internal sealed record Pair(int A, int B);

[JsonSerializable(typeof(Pair))]
[JsonSerializable(typeof(int))]
internal sealed partial class Json : JsonSerializerContext;
