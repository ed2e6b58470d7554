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
};
try
{
    await using ServerClient client = await ServerClient.ConnectAsync(options);
    Console.WriteLine($"{client.Greeting} An empty line ends the program.");
    IAsyncEnumerator<ReceivedMessage> messages = client.GetAsyncEnumerator();
    while (Console.ReadLine() is { Length: > 0 } line)
    {
        await client.SendAsync(line);
        await messages.MoveNextAsync();
        Console.WriteLine(TextSanitizer.Escape($"{messages.Current.Sender}: {messages.Current.Text}"));
    }

    return 0;
}
catch (ServerClientException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
