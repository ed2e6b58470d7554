using System.Net;
using ServerLib;

// Arguments: NAME [ADDRESS:PORT]
string name = args.ElementAtOrDefault(0) ?? "ada";
string server = args.ElementAtOrDefault(1) ?? "127.0.0.1:8080";

Console.WriteLine("Password:");
var options = new ServerClientOptions
{
    EndPoint = IPEndPoint.Parse(server),
    UserName = name,
    Password = Console.ReadLine() ?? "",
    Protocol = ClientProtocol.Classic,
};
try
{
    await using ServerClient client = await ServerClient.ConnectAsync(options);
    Console.WriteLine(client.Greeting);
    Task printing = PrintAsync(client);
    while (Console.ReadLine() is { } line and not "disconnect")
        await client.SendAsync(line);
    await client.DisposeAsync();
    await printing;
    return 0;
}
catch (ServerClientException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

static async Task PrintAsync(ServerClient client)
{
    await foreach (ReceivedMessage message in client)
    {
        Console.WriteLine(TextSanitizer.Escape(message.Kind switch
        {
            ReceivedKind.Joined => $"{message.Sender} has joined.",
            ReceivedKind.Left => $"{message.Sender} has left.",
            _ => $"{message.Sender}: {message.Text}",
        }));
    }
}
