using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ServerLib.Tests.Transport;

/// <summary>The log names the call that blocks an event loop.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class BlockingCallTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task A_call_that_blocks_an_event_loop_is_named_in_the_log()
    {
        using var gate = new ManualResetEventSlim(initialState: true);
        using var log = new BlockedLog();
        await using RunningServer server = await RunningServer.StartAsync(
            services: services => services.AddLogging(logging => logging.AddProvider(log)),
            build: builder => builder.MapCall("enroll", () => gate.Wait(_guard)));
        await using ServerClient ada = await server.ConnectAsync("ada", _guard);

        // The first calls compile code, which may take long, too.
        for (int i = 0; i < 3; i++)
            await ada.CallAsync("enroll", _guard);

        gate.Reset();
        Task call = ada.CallAsync("enroll", _guard);
        StringAssert.StartsWith(await log.Warning.Task.WaitAsync(_guard), "The call 'enroll' blocked an event loop");
        gate.Set();
        await call;
    }

    private sealed class BlockedLog : ILoggerProvider, ILogger
    {
        public TaskCompletionSource<string> Warning { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            string text = formatter(state, exception);

            // On a busy machine, a login may be slow, too.
            if (text.Contains("blocked an event loop", StringComparison.Ordinal) && !text.StartsWith("The connection", StringComparison.Ordinal))
                Warning.TrySetResult(text);
        }

        public void Dispose()
        {
        }
    }
}
