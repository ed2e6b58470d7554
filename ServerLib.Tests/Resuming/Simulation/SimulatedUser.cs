using System.Collections.Concurrent;
using System.Globalization;

namespace ServerLib.Tests.Resuming;

/// <summary>A user of the simulation: sends and receives numbered messages, calls, requests and events.</summary>
/// <param name="client">The client.</param>
/// <param name="name">The user's name.</param>
/// <param name="room">The server's side.</param>
/// <param name="random">Decides on the sizes of bursts.</param>
/// <param name="failure">Fails with the first thing that goes wrong.</param>
internal sealed class SimulatedUser(ServerClient client, string name, SimulatedRoom room, Random random, TaskCompletionSource failure)
{
    /// <summary>No call times out: the clock of the simulation goes fast.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(40);

    private const int MaxBurst = 5;
    private const int MaxSize = 3_000;

    private readonly ConcurrentDictionary<string, Sequence> _messages = [];
    private readonly Sequence _calls = new($"The server's calls to {name}", failure);
    private readonly Sequence _asked = new($"The server's calls to {name} while it handles a request", failure);
    private readonly Sequence _events = new($"The server's events to {name}", failure);
    private readonly Sequence _waiting = new($"Calls of {name} that run", failure);
    private string _session = "";
    private int _sent;

    public string Name => name;

    public ServerClient Client => client;

    /// <summary>Completes when the client is disposed.</summary>
    public Task Reading { get; private set; } = Task.CompletedTask;

    /// <summary>Connects until the server has the first ACK. Before that, it keeps no session.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        client.OnCall<int, int>("count", (number, _) => new(_calls.Add(number)));
        client.OnCall<int, int>("asked", (number, _) => new(_asked.Add(number)));
        client.On<int>("news", number => _events.Add(number));
        client.On<int>("waiting", number => _waiting.Add(number));
        await client.ConnectAsync(cancellationToken);
        while (_session.Length == 0)
        {
            try
            {
                _session = await client.CallAsync<string>("begin", cancellationToken);
            }
            catch (ServerClientException)
            {
                await client.WaitUntilConnectedAsync(cancellationToken);
            }
        }
    }

    /// <summary>Sends and calls, in both directions, until it is told to stop, and waits until everything has arrived.</summary>
    public async Task RunAsync(IEnumerable<SimulatedUser> all, Func<bool> isOver, CancellationToken cancellationToken)
    {
        SimulatedRoom.Member member = room.Find(name);
        Reading = ReadAsync(cancellationToken);
        await Task.WhenAll(
            SendAndCallAsync(isOver, cancellationToken),
            RaiseAndRequestAsync(isOver, cancellationToken),
            ServeAsync(member.Connection, isOver, cancellationToken));
        await Task.WhenAll(all.Where(one => one != this).Select(one => MessagesFrom(one.Name).WaitForAsync(one._sent)));
        if (client.Session != _session)
            throw new AssertFailedException($"{name} has another session.");
    }

    /// <summary>Bursts of messages, each followed by a call: what is unacknowledged stays small.</summary>
    private async Task SendAndCallAsync(Func<bool> isOver, CancellationToken cancellationToken)
    {
        for (int round = 1; !isOver(); round++)
        {
            for (int i = random.Next(MaxBurst); i >= 0; i--)
                await client.SendAsync($"{++_sent} {new string('.', random.Next(10) == 0 ? MaxSize : 0)}", cancellationToken);
            if (await client.CallAsync<int>("add", round, cancellationToken) != round)
                throw new AssertFailedException($"{name} got the answer to another call.");
            if (round % 4 == 0)
                await CallAndCancelAsync(round / 4, cancellationToken);
        }
    }

    private async Task CallAndCancelAsync(int number, CancellationToken cancellationToken)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<int> calling = client.CallAsync<int>("wait", number, cancel.Token);
        await _waiting.WaitForAsync(number);
        await cancel.CancelAsync();
        try
        {
            await calling;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The server goes on with the next call only when it has got the CANCEL.
        }
    }

    private async Task RaiseAndRequestAsync(Func<bool> isOver, CancellationToken cancellationToken)
    {
        int raised = 0;
        for (int round = 1; !isOver(); round++)
        {
            for (int i = random.Next(MaxBurst); i >= 0; i--)
                await client.SendEventAsync("tick", ++raised, cancellationToken);
            if ((await client.RequestAsync($"{round}", Longest, cancellationToken)).Text != $"{round}")
                throw new AssertFailedException($"{name} got the answer to another request.");
        }

        await room.Find(name).Events.WaitForAsync(raised);
    }

    /// <summary>The server's events and calls.</summary>
    private async Task ServeAsync(Connection connection, Func<bool> isOver, CancellationToken cancellationToken)
    {
        int raised = 0;
        for (int round = 1; !isOver(); round++)
        {
            for (int i = random.Next(MaxBurst); i >= 0; i--)
                connection.TrySendEvent("news", ++raised);
            if (await connection.CallAsync<int>("count", round, Longest, cancellationToken) != round)
                throw new AssertFailedException($"The server got the answer to another call of {name}.");
        }

        await _events.WaitForAsync(raised);
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (ReceivedMessage message in client.ReadAllAsync(cancellationToken))
            {
                if (message.Kind == ReceivedKind.Message)
                    MessagesFrom(message.Sender).Add(int.Parse(message.Text.AsSpan(0, message.Text.IndexOf(' ')), CultureInfo.InvariantCulture));
                else if (!_messages.IsEmpty)
                    failure.TrySetException(new AssertFailedException($"{name} received {message.Kind} {message.Code} {message.Text}."));
            }
        }
        catch (Exception e)
        {
            // When the simulation is over, nobody looks at it any more.
            failure.TrySetException(e);
        }
    }

    private Sequence MessagesFrom(string sender) => _messages.GetOrAdd(sender, one => new Sequence($"Messages of {one} to {name}", failure));
}
