using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using ServerLib.Diagnostics;

namespace ServerLib.Tests.Diagnostics;

[TestClass]
public sealed class ServerTracingTests
{
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly Dictionary<string, TaskCompletionSource<Activity>> _ended = new()
    {
        ["serverlib.login"] = new(TaskCreationOptions.RunContinuationsAsynchronously),
        ["serverlib.handler"] = new(TaskCreationOptions.RunContinuationsAsynchronously),
    };

    [TestMethod]
    public async Task A_login_has_a_span_with_the_users_name_and_no_secret()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using ActivityListener listener = Listen(tag: "user.name", value: "traced-alice");
        await using ServerClient client = await server.ConnectAsync("traced-alice", _guard);
        Activity span = await _ended["serverlib.login"].Task.WaitAsync(_guard);

        Assert.AreEqual(("LoggedIn", "Ok"), (Tag(span, "serverlib.login.outcome"), Tag(span, "serverlib.login.result")));
        Assert.AreEqual(("compact", ActivityKind.Server), (Tag(span, "serverlib.protocol"), span.Kind));
        Assert.IsTrue(span.TagObjects.All(tag => tag.Value?.ToString()?.Contains("s3cret") != true));
        Assert.IsGreaterThan(TimeSpan.Zero, span.Duration);
    }

    [TestMethod]
    public async Task A_refused_login_has_a_span_without_a_name()
    {
        await using RunningServer server = await RunningServer.StartAsync(options => options.Login.MaxAttempts = 1);
        await using ServerClient first = await server.ConnectAsync("traced-bob", _guard);
        using ActivityListener listener = Listen(tag: "serverlib.login.outcome", value: "TooManyLoginAttempts");
        await Assert.ThrowsExactlyAsync<LoginException>(
            () => server.ConnectAsync("traced-bob", _guard, options => options.Password = "wr0ng pass"));
        Activity span = await _ended["serverlib.login"].Task.WaitAsync(_guard);

        Assert.AreEqual("Failure", Tag(span, "serverlib.login.result"));
        Assert.IsNull(Tag(span, "user.name"));
        Assert.IsTrue(span.TagObjects.All(tag => tag.Value?.ToString()?.Contains("traced-bob") != true));
    }

    [TestMethod]
    public async Task A_slow_call_has_a_span_with_the_methods_name()
    {
        await using RunningServer server = await RunningServer.StartAsync(
            options => options.SlowHandlerThreshold = TimeSpan.Zero, build: b => b.MapCall("slow", (int value) => value + 1));
        using ActivityListener listener = Listen(tag: "user.name", value: "traced-carol");
        await using ServerClient client = await server.ConnectAsync("traced-carol", _guard);
        Assert.AreEqual(42, await client.CallAsync<int>("slow", 41, cancellationToken: _guard));
        Activity span = await _ended["serverlib.handler"].Task.WaitAsync(_guard);

        Assert.AreEqual(("call", "slow"), (Tag(span, "serverlib.handler.kind"), Tag(span, "serverlib.handler.method")));
        Assert.IsNull(span.Parent);
    }

    [TestMethod]
    public void A_handler_call_below_the_threshold_has_no_span()
    {
        using var tracing = new ServerTracing("", () => TimeSpan.FromSeconds(1), TimeProvider.System);
        using ActivityListener listener = Listen(tag: "user.name", value: "traced-dora");
        tracing.Handled(TimeSpan.FromSeconds(0.999), new HandlerCall("traced-dora", "room"), failure: null);
        Assert.IsFalse(_ended["serverlib.handler"].Task.IsCompleted);

        tracing.Handled(TimeSpan.FromSeconds(1), new HandlerCall("traced-dora", "room"), new InvalidOperationException());
        Activity span = _ended["serverlib.handler"].Task.Result;
        Assert.AreEqual((ActivityStatusCode.Error, "System.InvalidOperationException"), (span.Status, Tag(span, "error.type")));
    }

    private static string? Tag(Activity span, string name) => span.GetTagItem(name)?.ToString();

    /// <summary>Takes the first span of each name that has a tag, so that tests that run at the same time do not matter.</summary>
    private ActivityListener Listen(string tag, string value)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "ServerLib",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span =>
            {
                if (Tag(span, tag) == value && _ended.TryGetValue(span.OperationName, out TaskCompletionSource<Activity>? ended))
                    ended.TrySetResult(span);
            },
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
