using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace ServerLib.Tests.Resuming;

/// <summary>The server's side of the simulation.</summary>
/// <param name="failure">Fails with the first thing that goes wrong.</param>
internal sealed class SimulatedRoom(TaskCompletionSource failure)
{
    private readonly ConcurrentDictionary<string, Member> _members = [];

    /// <summary>A user's session that the user knows: from now on it must not end.</summary>
    public Member Find(string name) => _members[name];

    /// <summary>The simulation is over: sessions may end.</summary>
    public void Close() => _members.Clear();

    public void Configure(IServerLibBuilder server) => server
        .MapCall("begin", (Connection from) =>
        {
            _members[from.Alias] = new Member(from, failure);
            return from.Id.ToString(CultureInfo.InvariantCulture);
        })
        .MapCall("add", (int number, Connection from) => Find(from.Alias).Calls.Add(number))
        .MapCall("wait", async (int number, Connection from, CancellationToken canceled) =>
        {
            Find(from.Alias).Waits.Add(number);
            from.TrySendEvent("waiting", number);
            await Task.Delay(Timeout.Infinite, canceled);
        })
        .MapEvent("tick", (int number, Connection from) => Find(from.Alias).Events.Add(number));

    /// <summary>Passes messages on, and answers each request with what its client answers.</summary>
    public sealed class Handler(SimulatedRoom room, IMessageRouter router, TaskCompletionSource failure) : IMessageHandler
    {
        public async ValueTask OnMessageAsync(Connection connection, Message message, CancellationToken cancellationToken) =>
            await router.SendToAllAsync(connection.Alias, message, except: connection, cancellationToken);

        public async ValueTask<Response> OnRequestAsync(Connection connection, Message request, CancellationToken cancellationToken)
        {
            int number = int.Parse(request.Text, CultureInfo.InvariantCulture);
            room.Find(connection.Alias).Requests.Add(number);
            return new Response($"{await connection.CallAsync<int>("asked", number, SimulatedUser.Longest, cancellationToken)}");
        }

        public ValueTask OnDisconnectedAsync(Connection connection, DisconnectReason reason)
        {
            if (room._members.GetValueOrDefault(connection.Alias)?.Connection == connection)
                failure.TrySetException(new AssertFailedException($"{connection.Alias} was seen to leave: {reason}."));
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>What has come from a user.</summary>
    public sealed class Member(Connection connection, TaskCompletionSource failure)
    {
        public Connection Connection => connection;

        public Sequence Calls { get; } = new($"Calls of {connection.Alias}", failure);

        public Sequence Waits { get; } = new($"Canceled calls of {connection.Alias}", failure);

        public Sequence Requests { get; } = new($"Requests of {connection.Alias}", failure);

        public Sequence Events { get; } = new($"Events of {connection.Alias}", failure);
    }
}
