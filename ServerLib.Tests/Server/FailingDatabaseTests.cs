using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Moq;
using ServerLib.Testing;

namespace ServerLib.Tests.Server;

/// <summary>An admin learns of a user database that throws at logins.</summary>
[TestClass]
public sealed class FailingDatabaseTests : IDisposable
{
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly Mock<IUserDatabase> _database = new();
    private readonly Warnings _log = new();

    public void Dispose() => _log.Dispose();

    [TestMethod]
    [DataRow(nameof(IUserDatabase.HasUserAsync), false)]
    [DataRow(nameof(IUserDatabase.AuthenticateUserAsync), false)]
    [DataRow(nameof(IUserDatabase.HasUserAsync), true)]
    public async Task A_database_that_throws_at_logins_is_logged_and_reported(string method, bool isServerLibException)
    {
        Exception failure = isServerLibException ? new ServerLibException("no route") : new TimeoutException("no route");
        await using TestServer server = await StartAsync();
        ServerProblems problems = server.Services.GetRequiredService<ServerProblems>();
        Answers(method, failure);
        for (int i = 0; i < 3; i++)
            await IsBusyAsync(server);

        Assert.AreEqual("logins: The user database has thrown an exception: no route", Show(problems));
        Assert.AreSame(failure, _log.Entries.Single().Exception);

        server.Time.Advance(TimeSpan.FromMinutes(1));
        await IsBusyAsync(server);
        Assert.EndsWith("Exceptions since the last message: 3.", _log.Entries[1].Text);

        Answers("", failure);
        await using ServerClient ada = await server.ConnectAsync("ada", _guard);
        Assert.AreEqual("", Show(problems));
        Assert.AreEqual("Logins work again.", _log.Entries[2].Text);
    }

    [TestMethod]
    public async Task A_database_that_reports_its_failure_itself_is_not_reported_twice()
    {
        await using TestServer server = await StartAsync();
        ServerProblems problems = server.Services.GetRequiredService<ServerProblems>();
        problems.Report("accounts", "The disk is full.");
        Answers(nameof(IUserDatabase.HasUserAsync), new ServerLibException("The disk is full."));
        await IsBusyAsync(server);

        Assert.AreEqual("accounts: The disk is full.", Show(problems));
        Assert.IsEmpty(_log.Entries);
    }

    private static string Show(ServerProblems problems) => string.Join(' ', problems.Current.Select(problem => $"{problem.Name}: {problem.Reason}"));

    private Task<TestServer> StartAsync() => TestServer.StartAsync(
        builder =>
        {
            builder.Use(_database.Object);
            builder.Services.AddLogging(logging => logging.AddProvider(_log));
        },
        _guard);

    private async Task IsBusyAsync(TestServer server)
    {
        LoginException refused = await Assert.ThrowsExactlyAsync<LoginException>(() => server.ConnectAsync("ada", _guard));
        Assert.AreEqual(LoginCode.Busy, refused.Result);
    }

    /// <summary>All methods work, except the one with this name.</summary>
    private void Answers(string failing, Exception failure)
    {
        _database.Setup(d => d.HasUserAsync("ada", It.IsAny<CancellationToken>()))
            .Returns(() => failing == nameof(IUserDatabase.HasUserAsync) ? throw failure : new(true));
        _database.Setup(d => d.AuthenticateUserAsync(It.IsAny<Credentials>(), It.IsAny<CancellationToken>()))
            .Returns(() => failing == nameof(IUserDatabase.AuthenticateUserAsync) ? throw failure : new(LoginResult.Ok("ada")));
    }

    private sealed class Warnings : ILoggerProvider, ILogger
    {
        public List<(string Text, Exception? Exception)> Entries { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            lock (Entries)
                Entries.Add((formatter(state, exception), exception));
        }

        public void Dispose()
        {
        }
    }
}
