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
    Reconnect = true,
};
try
{
    await using var client = new ServerClient(options);
    client.StateChanged += PrintTrouble;
    await client.ConnectAsync();
    Console.WriteLine($"{client.Greeting} Commands: /join ROOM, /leave, /who. An empty line ends the program.");
    await await Task.WhenAny(PrintAsync(client), Task.Run(() => SendAsync(client)));
    return 0;
}
catch (ServerClientException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

// The client tries again by itself. Meanwhile, the user should know what is wrong.
static void PrintTrouble(object? client, ServerClientStateChangedEventArgs change)
{
    if (change is { Reason: { } reason, RetryIn: not null })
        Console.Error.WriteLine($"{reason.Message} Trying again.");
}

static async Task PrintAsync(ServerClient client)
{
    await foreach (ReceivedMessage message in client)
    {
        Print(message.Kind switch
        {
            ReceivedKind.Message => $"(earlier) {message.Sender}: {message.Text}",
            ReceivedKind.Group => $"[{message.Group}] {message.Sender}: {message.Text}",
            ReceivedKind.Joined => $"[{message.Group}] {message.Sender} has joined.",
            ReceivedKind.Left => $"[{message.Group}] {message.Sender} has left.",
            ReceivedKind.Reconnected => "Connected again.",
            _ => message.Text,
        });
    }
}

static async Task SendAsync(ServerClient client)
{
    string room = "lobby";
    await client.JoinAsync(room);
    while (Console.ReadLine() is { Length: > 0 } line)
    {
        try
        {
            switch (line.Split(' ', 2))
            {
                case ["/join", string next]:
                    await client.JoinAsync(next);
                    room = next;
                    break;
                case ["/leave"]:
                    await client.LeaveAsync(room);
                    break;
                case ["/who"]:
                    Print($"In {room}: {string.Join(", ", await client.GetUsersAsync(room))}");
                    break;
                default:
                    await client.SendToGroupAsync(room, line);
                    break;
            }
        }
        catch (ServerClientException e)
        {
            Print(e.Message);
        }
    }
}

// What other users write could contain control characters.
static void Print(string text) => Console.WriteLine(TextSanitizer.Escape(text));
