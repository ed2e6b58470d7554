using System.Net;
using Lobby;
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
    BodySerializer = new JsonBodySerializer(LobbyJson.Default.Options),
};
try
{
    await using var client = new ServerClient(options);
    client.On<PlayerEvent>("joined", joined => Print($"{joined.Player} has joined {joined.Room}."));
    client.On<PlayerEvent>("left", left => Print($"{left.Player} has left {left.Room}."));
    client.On<PlayerEvent>("won", won => Print($"{won.Player} has won."));
    client.On<Countdown>("countdown", countdown => Print(countdown.Seconds == 0 ? "Buzz!" : $"{countdown.Seconds} ..."));
    await client.ConnectAsync();
    Print($"{client.Greeting} Commands: list, create NAME SEATS, join NAME, leave, buzz, close NAME. An empty line ends the program.");
    while (Console.ReadLine() is { Length: > 0 } line)
        await RunAsync(client, line);
    return 0;
}
catch (ServerClientException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

static async Task RunAsync(ServerClient client, string line)
{
    try
    {
        switch (line.Split(' '))
        {
            case ["list"]:
                foreach (RoomInfo room in await client.CallAsync<RoomInfo[]>("list-rooms"))
                    PrintRoom(room);
                break;
            case ["create", var name, var seats] when int.TryParse(seats, out int count):
                PrintRoom(await client.CallAsync<RoomInfo>("create-room", new CreateRoom(name, count)));
                break;
            case ["join", var name]:
                PrintRoom(await client.CallAsync<RoomInfo>("join-room", name));
                break;
            case ["leave"]:
                await client.CallAsync("leave-room");
                break;
            case ["buzz"]:
                Print(await client.CallAsync<bool>("buzz") ? "You win!" : "That was too early or too late.");
                break;
            case ["close", var name]:
                await client.CallAsync("close-room", name);
                break;
            default:
                Print("Unknown command.");
                break;
        }
    }
    catch (CallException e)
    {
        Print(e.Text);
    }
}

static void PrintRoom(RoomInfo room) => Print($"{room.Name} ({room.Players.Count} of {room.Seats}): {string.Join(", ", room.Players)}");

// What other users have chosen could contain control characters.
static void Print(string text) => Console.WriteLine(TextSanitizer.Escape(text));
