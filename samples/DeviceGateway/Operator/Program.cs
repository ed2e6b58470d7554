using System.Net;
using Gateway;
using ServerLib;

// Arguments: [ADDRESS:PORT]
string server = args.ElementAtOrDefault(0) ?? "127.0.0.1:8080";

Console.WriteLine("Password:");
var options = new ServerClientOptions
{
    EndPoint = IPEndPoint.Parse(server),
    UserName = "operator",
    Password = Console.ReadLine() ?? "",
    BodySerializer = new JsonBodySerializer(GatewayJson.Default.Options),
};
try
{
    await using ServerClient client = await ServerClient.ConnectAsync(options);
    Console.WriteLine("Commands: status, send DEVICE COMMAND. An empty line ends the program.");
    while (Console.ReadLine() is { Length: > 0 } line)
        Console.WriteLine(TextSanitizer.Escape(await RunAsync(client, line)));
    return 0;
}
catch (ServerClientException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

static async Task<string> RunAsync(ServerClient client, string line)
{
    try
    {
        switch (line.Split(' ', 3))
        {
            case ["status"]:
                GatewayStatus status = await client.CallAsync<GatewayStatus>("status");
                return $"{status.Devices} devices, {status.Connections} connections";
            case ["send", var device, var command]:
                return await client.CallAsync<string>("send", new DeviceCommand(device, command));
            default:
                return "Unknown command.";
        }
    }
    catch (CallException e)
    {
        return e.Text;
    }
}
