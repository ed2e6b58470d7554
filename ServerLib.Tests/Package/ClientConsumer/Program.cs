using System.Security.Cryptography;
using System.Text.Json.Serialization;
using ServerLib;

int port = int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture);
using RSA key = RSA.Create(2048);

var options = new ServerClientOptions
{
    Port = port, UserName = "ada", Password = "correct horse", Tls = TlsMode.Pinned, Fingerprint = args[1],
};
await using (ServerClient client = await ServerClient.ConnectAsync(options))
{
    Console.WriteLine($"{client.Alias} logged in.");
    Console.WriteLine($"Echo: {(await client.RequestAsync("hello")).Text}");
    await client.JoinAsync("chess");
    Console.WriteLine($"In chess: {string.Join(", ", await client.GetUsersAsync("chess"))}");
    Console.WriteLine($"Saved keys: {(await client.SaveKeyAsync("laptop", key)).Count}");
    await client.PingAsync();

    var echoed = new TaskCompletionSource<string>();
    client.On("echoed", (data, _) =>
    {
        echoed.SetResult(data);
        return ValueTask.CompletedTask;
    }, CallJson.Default.String);
    client.OnCall<string, int>("length", (text, _) => new(text.Length), CallJson.Default.String, CallJson.Default.Int32);
    Console.WriteLine($"Twice: {await client.CallAsync("twice-length", "hello", CallJson.Default.String, CallJson.Default.Int32)}");
    await client.SendEventAsync("echo", "an event", CallJson.Default.String);
    Console.WriteLine($"Event: {await echoed.Task}");
}

(options.Password, options.PrivateKey) = ("", key);
await using (ServerClient byKey = await ServerClient.ConnectAsync(options))
    Console.WriteLine($"{byKey.Alias} logged in by key.");

var classicOptions = new ServerClientOptions
{
    Port = port, UserName = "bob", Password = "correct horse", Protocol = ClientProtocol.Classic,
};
await using ServerClient classic = await ServerClient.ConnectAsync(classicOptions);
await classic.SendAsync("hello");
Console.WriteLine($"{classic.Alias} logged in with the classic protocol.");

[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(int))]
internal sealed partial class CallJson : JsonSerializerContext;
