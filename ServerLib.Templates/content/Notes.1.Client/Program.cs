using System.Net;
using Notes._1.Contracts;
using ServerLib;

// Arguments: NAME [ADDRESS:PORT]
string name = args.ElementAtOrDefault(0) ?? "ada";
string server = args.ElementAtOrDefault(1) ?? "127.0.0.1:8080";

Console.WriteLine("Password:");
await using var client = new ServerClient(new ServerClientOptions
{
    EndPoint = IPEndPoint.Parse(server),
    UserName = name,
    Password = Console.ReadLine() ?? "",
    Reconnect = true,
    BodySerializer = new JsonBodySerializer(NotesJson.Default.Options),
});
client.On<Note>("note-added", Print);
client.StateChanged += PrintTrouble;

try
{
    await client.ConnectAsync();
    Console.WriteLine($"{client.Greeting} Each line that you type becomes a note.");
    foreach (Note note in await client.CallAsync<Note[]>("get-notes"))
        Print(note);
    while (Console.ReadLine() is { Length: > 0 } text)
        await client.CallAsync("add-note", new AddNote(text));
    return 0;
}
catch (Exception e) when (e is ServerClientException or CallException)
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

// A note may contain control characters, which must not reach the terminal.
static void Print(Note note) => Console.WriteLine(TextSanitizer.Escape($"{note.Author}: {note.Text}"));
