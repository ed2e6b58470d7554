using ServerLib.Benchmarks.Servers.App;

namespace ServerLib.Benchmarks.Generator.App;

/// <summary>A client of an application, by the client library that belongs to the server.</summary>
internal interface IAppClient : IAsyncDisposable
{
    /// <summary>Connects and logs in.</summary>
    /// <param name="onSaid">Called for each message to the group.</param>
    Task ConnectAsync(Action<Said> onSaid);

    Task<Answer> AskAsync(Question question);

    Task JoinAsync();

    Task SayAsync(Said said);
}
