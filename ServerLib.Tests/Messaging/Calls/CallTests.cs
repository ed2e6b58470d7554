using Microsoft.Extensions.DependencyInjection;
using ServerLib.Protocol;
using ServerLib.Tests.Compact;

namespace ServerLib.Tests.Messaging;

/// <summary>Calls of clients: arguments, results and statuses. Each call gets exactly one answer.</summary>
[TestClass]
public sealed class CallTests
{
    private CallServer _server = null!;
    private CompactClient _alice = null!;

    [TestCleanup]
    public async Task CleanUpAsync()
    {
        _alice.Dispose();
        await _server.DisposeAsync();
    }

    [TestMethod]
    public async Task Arguments_services_and_results_of_every_shape_are_passed()
    {
        await StartAsync(builder => builder
            .MapCall("add", (Pair pair) => pair.A + pair.B)
            .MapCall("who", (Connection from) => from.Alias)
            .MapCall("nothing", () => { })
            .MapCall("task", async (int value) => await Task.FromResult(value + 1))
            .MapCall("late", async (int value, CancellationToken token) =>
            {
                await Task.Yield();
                return new { Value = value, token.CanBeCanceled };
            })
            .MapCall("plain task", (Func<Task>)(async () => await Task.Yield()))
            .MapCall("value task", (int value) => new ValueTask<int>(value))
            .MapCall("plain value task", () => ValueTask.CompletedTask)
            .MapCall("null", () => (string?)null)
            .MapCall("optional", (int value = 5) => value)
            .MapCall("nullable", (string? text) => text is null)
            .MapCall("service", (Counter counter, int by) => counter.Count += by));
        _server.Services.GetRequiredService<Counter>().Count = 40;

        Assert.AreEqual("1 0 3", await CallAsync("add", """{"a":1,"b":2}"""));
        Assert.AreEqual("1 0 \"alice\"", await CallAsync("who"));
        Assert.AreEqual("1 0 ", await CallAsync("nothing", "[1]"));
        Assert.AreEqual("1 0 3", await CallAsync("task", "2"));
        Assert.AreEqual("1 0 {\"value\":7,\"canBeCanceled\":true}", await CallAsync("late", "7"));
        Assert.AreEqual("1 0 ", await CallAsync("plain task"));
        Assert.AreEqual("1 0 3", await CallAsync("value task", "3"));
        Assert.AreEqual("1 0 ", await CallAsync("plain value task"));
        Assert.AreEqual("1 0 null", await CallAsync("null"));
        Assert.AreEqual("1 0 5", await CallAsync("optional"));
        Assert.AreEqual("1 0 6", await CallAsync("optional", "6"));
        Assert.AreEqual("1 0 true", await CallAsync("nullable"));
        Assert.AreEqual("1 0 true", await CallAsync("nullable", "null"));
        Assert.AreEqual("1 0 42", await CallAsync("service", "2"));
    }

    [TestMethod]
    public async Task An_unknown_name_is_answered_with_240()
    {
        await StartAsync(builder => builder.MapCall("Add", (int value) => value));

        Assert.AreEqual("1 240 The server has no method with this name.", await CallAsync("add", "1"));
        Assert.AreEqual("1 240 The server has no method with this name.", await CallAsync(new string('x', 255)));
    }

    [TestMethod]
    public async Task An_exception_is_answered_with_241_and_logged_once_with_its_stack()
    {
        await StartAsync(builder => builder.MapCall("fail", () => FailAsync(late: false)).MapCall("fail-late", () => FailAsync(late: true)));

        Assert.AreEqual("1 241 The method failed.", await CallAsync("fail"));
        Assert.AreEqual("1 241 The method failed.", await CallAsync("fail-late"));

        Assert.AreEqual("sync late", string.Join(' ', _server.Logged.Select(e => e.Message)));
        foreach (Exception e in _server.Logged)
            StringAssert.Contains(e.StackTrace, nameof(FailAsync));
    }

    [TestMethod]
    public async Task A_canceled_operation_that_the_client_has_not_canceled_is_a_failure()
    {
        await StartAsync(builder => builder.MapCall("timeout", int (CancellationToken _) => throw new OperationCanceledException("my own")));

        Assert.AreEqual("1 241 The method failed.", await CallAsync("timeout"));
        Assert.AreEqual("my own", _server.Logged.Single().Message);
    }

    [TestMethod]
    [DataRow("", "The body is empty.")]
    [DataRow("null", "The body is null.")]
    [DataRow("[", "The body does not match.")]
    [DataRow("""{"a":1}""", "The member 'b' is missing.")]
    [DataRow("""{"a":1,"b":"x"}""", "The member 'b' does not match.")]
    public async Task A_body_that_does_not_match_is_answered_with_242(string body, string text)
    {
        await StartAsync(builder => builder.MapCall("add", (Pair pair) => pair.A + pair.B));

        Assert.AreEqual("1 242 " + text, await CallAsync("add", body));
        Assert.IsEmpty(_server.Logged);
    }

    [TestMethod]
    public async Task A_method_answers_with_a_status_of_its_own()
    {
        await StartAsync(builder => builder
            .MapCall("text", void () => throw new CallException(7, "Full."))
            .MapCall("bytes", (Func<Task>)(async () =>
            {
                await Task.Yield();
                throw new CallException(239, "{}"u8.ToArray());
            }))
            .MapCall("large", void () => throw new CallException(1, new byte[70_000])));

        Assert.AreEqual("1 7 Full.", await CallAsync("text"));
        Assert.AreEqual("1 239 {}", await CallAsync("bytes"));
        Assert.IsEmpty(_server.Logged);
        Assert.AreEqual("1 241 The method failed.", await CallAsync("large"));
    }

    [TestMethod]
    public async Task A_result_that_the_client_does_not_accept_is_answered_with_241()
    {
        _server = await CallServer.StartAsync(builder => builder.MapCall("text", (int size) => new string('x', size)));
        _alice = await _server.JoinAsync(maxFrame: 4096);

        Assert.AreEqual(4096, (await AskAsync("text", "4088")).Payload.Length + 1);
        Assert.AreEqual("1 241 The method failed.", await CallAsync("text", "4089"));
        Assert.IsInstanceOfType<ArgumentException>(_server.Logged.Single());
    }

    [TestMethod]
    public async Task A_result_that_cannot_be_serialized_is_answered_with_241()
    {
        await StartAsync(builder => builder.MapCall("type", () => typeof(string)));

        Assert.AreEqual("1 241 The method failed.", await CallAsync("type"));
    }

    [TestMethod]
    public async Task A_call_needs_the_roles_of_its_method()
    {
        await StartAsync(builder => builder
            .MapCall("secret", () => 1).RequireRole("admin", "owner")
            .MapCall("both", () => 2).RequireRole("owner").RequireRole("admin")
            .Use<IAuthenticator, RoleFromPassword>());
        using CompactClient owner = await _server.JoinAsync("owner");

        Assert.AreEqual("1 241 You do not have the role for this method.", await CallAsync("secret"));
        await owner.SendAsync(RawFrame.Call(1, "secret"), RawFrame.Call(2, "both"));
        Assert.AreEqual("1 0 1", (await owner.ReceiveAsync(FrameType.Response)).Answer);
        Assert.AreEqual("2 241 You do not have the role for this method.", (await owner.ReceiveAsync(FrameType.Response)).Answer);
        Assert.IsEmpty(_server.Logged);
    }

    [TestMethod]
    public async Task Each_call_has_a_scope_that_is_disposed_after_the_answer()
    {
        await StartAsync(builder => builder
            .MapCall("scoped", (Scoped one, Scoped same, Connection _) => one == same && !one.IsDisposed)
            .MapCall("count", (Counter counter) => counter.Count));

        Assert.AreEqual("1 0 true", await CallAsync("scoped"));
        Assert.AreEqual("1 0 true", await CallAsync("scoped"));
        Assert.AreEqual("1 0 2", await CallAsync("count"), "disposed");
    }

    [TestMethod]
    public async Task A_class_provides_methods_and_event_handlers()
    {
        await StartAsync(builder => builder.MapCalls<CountingRoom>());

        Assert.AreEqual("1 0 \"alice:x\"", await CallAsync("Describe", "\"x\""));
        Assert.AreEqual("1 0 1", await CallAsync("count-it"));
        await _alice.SendAsync(RawFrame.Event("Added", "5"));
        Assert.AreEqual("1 0 7", await CallAsync("count-it"));
        Assert.AreEqual("1 241 You do not have the role for this method.", await CallAsync("Secret"));
        Assert.AreEqual("1 0 3", await CallAsync("Static"));
    }

    [TestMethod]
    public async Task Typed_methods_need_no_reflection()
    {
        await StartAsync(builder => builder
            .MapCall("both", CallContext.Default.Pair, CallContext.Default.Int32, (pair, _, _) => new ValueTask<int>(pair.A + pair.B))
            .MapCall("argument", CallContext.Default.Int32, (value, _, _) => value > 0 ? ValueTask.CompletedTask : throw new CallException(1, "No."))
            .MapCall("result", CallContext.Default.Int32, (from, _) => new ValueTask<int>(from.Alias.Length))
            .MapCall(
                "service",
                CallContext.Default.Int32,
                CallContext.Default.Int32,
                (int value, Counter counter, Connection _, CancellationToken _) => new ValueTask<int>(value + counter.Count))
            .MapCall("neither", (_, _) => ValueTask.CompletedTask)
            .MapEvent("event", CallContext.Default.Int32, (value, from, _) =>
            {
                from.Items["event"] = value;
                return ValueTask.CompletedTask;
            })
            .MapCall("read", CallContext.Default.Int32, (from, _) => new ValueTask<int>((int)from.Items["event"]!)));

        Assert.AreEqual("1 0 3", await CallAsync("both", """{"a":1,"b":2}"""));
        Assert.AreEqual("1 0 ", await CallAsync("argument", "1"));
        Assert.AreEqual("1 1 No.", await CallAsync("argument", "0"));
        Assert.AreEqual("1 242 The body is empty.", await CallAsync("argument"));
        Assert.AreEqual("1 0 5", await CallAsync("result"));
        Assert.AreEqual("1 0 7", await CallAsync("service", "7"));
        Assert.AreEqual("1 0 ", await CallAsync("neither"));
        await _alice.SendAsync(RawFrame.Event("event", "9"));
        Assert.AreEqual("1 0 9", await CallAsync("read"));
    }

    [TestMethod]
    public async Task A_client_without_the_feature_cannot_call()
    {
        _server = await CallServer.StartAsync(builder => builder.MapCall("x", () => 1));
        _alice = await _server.JoinAsync(features: "id");
        await _alice.SendAsync(RawFrame.Call(1, "x"));

        Assert.AreEqual("unknown-type", (string?)(await _alice.ReceiveAsync(FrameType.Error)).Json["code"]);
    }

    [TestMethod]
    public async Task A_malformed_call_ends_the_connection()
    {
        await StartAsync(builder => builder.MapCall("x", () => 1));
        await _alice.SendAsync(new RawFrame(FrameType.Call, [0, 0, 0, 1, 0]));

        Assert.AreEqual("bad-frame", await _alice.ReceiveCloseAsync());
    }

    private async Task StartAsync(Action<IServerLibBuilder> build)
    {
        _server = await CallServer.StartAsync(builder =>
        {
            builder.Services.AddSingleton<Counter>().AddScoped<Scoped>();
            build(builder);
        });
        _alice = await _server.JoinAsync();
    }

    private async Task<string> CallAsync(string name, string body = "") => (await AskAsync(name, body)).Answer;

    private async Task<RawFrame> AskAsync(string name, string body)
    {
        await _alice.SendAsync(RawFrame.Call(1, name, body));
        return await _alice.ReceiveAsync(FrameType.Response);
    }

    private static async Task FailAsync(bool late)
    {
        if (!late)
            throw new InvalidOperationException("sync");
        await Task.Yield();
        throw new InvalidOperationException("late");
    }

    internal sealed class Counter
    {
        public int Count { get; set; }
    }

    internal sealed class Scoped(Counter counter) : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose()
        {
            IsDisposed = true;
            counter.Count++;
        }
    }

    internal sealed class RoleFromPassword : IAuthenticator
    {
        public ValueTask<LoginResult> AuthenticateAsync(Credentials credentials, CancellationToken cancellationToken = default)
        {
            var role = new System.Security.Claims.Claim(System.Security.Claims.ClaimTypes.Role, credentials.Username);
            return new(LoginResult.Ok(credentials.Username) with { User = new(new System.Security.Claims.ClaimsIdentity([role], "test")) });
        }
    }
}
