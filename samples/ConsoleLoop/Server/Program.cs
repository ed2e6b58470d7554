using System.Globalization;
using System.Net.Sockets;
using ServerLib;

// Arguments: [PORT]
var options = new ServerOptions
{
    Port = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 8080,
    ServerGreeting = "Whatever you type goes to everyone. 'disconnect' ends the program.",
};
await using var hasher = new Argon2idPasswordHasher(options.PasswordHashing);
await using var database = new LiteDbUserDatabase("serverlib-data", hasher);
await using var file = new Log(username: Environment.UserName, logFile: "output.txt");
Action<string> log = Srv.GenerateLogger(file);

using var listener = new Socket(options.ServerSocket.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
listener.Bind(options.ServerSocket);
listener.Listen(options.MaxClients);
await using var ledger = new ActiveConnectionLedger(listener);
using var shutdown = new CancellationTokenSource();
var running = new List<Task>();
log($"Listening on {listener.LocalEndPoint}");

while (!shutdown.IsCancellationRequested)
{
    foreach (ReadyItem ready in await ledger.Manager.SelectAsync())
    {
        switch (ready)
        {
            case { Kind: ReadyKind.Listener }:
                await AcceptAsync();
                break;
            case { Connection: { } client }:
                await RelayAsync(client);
                break;
            case { ConsoleLine: "audit" }:
                await using (FileStream audit = File.Create("database_audit.txt"))
                    await database.AuditAsync(audit);
                break;
            case { ConsoleLine: "shutdown" }:
                await shutdown.CancelAsync();
                break;
        }
    }
}

log("[ COMMAND ] shutdown command executed... terminating server session.");
Broadcast(ServerOptions.ServerName, new Message("[ ALERT ] Server shutting down..."));
foreach (Connection client in ledger.Connections)
{
    client.End(DisconnectReason.ServerShutdown);
    Run(LeaveAsync(client));
}

await Task.WhenAll(running);
log("EXIT");

async Task AcceptAsync()
{
    try
    {
        Connection client = await Srv.AcceptClientAsync(ledger.Manager, options);
        log($"[ CONNECTION - ATTEMPT ] accepting new connection @{client.RemoteEndPoint}");
        Run(ConnectAsync(client));
    }
    catch (ServerLibException e)
    {
        // For example, there are no file descriptors left. The client waits meanwhile.
        log($"{e}");
        await Task.Delay(TimeSpan.FromSeconds(1));
    }
}

async Task ConnectAsync(Connection client)
{
    try
    {
        if (await Srv.ConnectClientAsync(client, ledger, database, cancellationToken: shutdown.Token))
        {
            log($"[ CONNECTION - SUCCESS ] accepted new connection @{client.RemoteEndPoint}: Alias - {client.Alias}");
            Broadcast(client.Alias, new Message("[ CONNECTED ]"));
            return;
        }
    }
    catch (ServerLibException e)
    {
        log($"{e}");
    }
    catch (OperationCanceledException)
    {
        client.End(DisconnectReason.ServerShutdown);
    }

    await LeaveAsync(client);
}

async Task RelayAsync(Connection client)
{
    if (await client.ReceiveAsync() is not { } message)
        Run(LeaveAsync(client));
    else if (message.Kind == MessageKind.Room)
        Broadcast(client.Alias, message, except: client);
    else
        client.SendError("unsupported", "This server knows only messages to everyone.");
}

async Task LeaveAsync(Connection client)
{
    if (ledger.Remove(client))
        Broadcast(client.Alias, new Message("[ DISCONNECTED ]"));
    if (client.Alias.Length > 0)
    {
        log($"[ ALERT ] client {client.Alias} is disconnecting.");
        await database.LogDisconnectionAsync(client.Alias);
    }

    await client.DisposeAsync();
}

// Does not wait: a client that reads slowly does not delay the others.
void Broadcast(string sender, Message message, Connection? except = null)
{
    foreach (Connection client in ledger.Connections.Where(client => client != except))
        client.TrySend(sender, message);
}

// A client that takes its time to log in or to leave does not delay the loop.
void Run(Task task)
{
    running.RemoveAll(earlier => earlier.IsCompleted);
    running.Add(task);
}
