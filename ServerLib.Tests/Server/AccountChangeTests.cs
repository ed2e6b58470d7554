using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Moq;
using ServerLib.Tests.Compact;
using ServerLib.Tests.EndToEnd;

namespace ServerLib.Tests.Server;

/// <summary>Tests what clients are told when an account changes to which they are logged in, or at which they guess.</summary>
[TestClass]
public sealed class AccountChangeTests
{
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<LoginResult> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [TestMethod]
    public async Task A_guesser_gets_the_same_answers_after_the_account_has_changed()
    {
        _answer.SetResult(new LoginResult(LoginCode.Failure));
        await using PipeServer server = await StartAsync();
        CompactClient atVic = server.Connect("203.0.113.1"), atNobody = server.Connect("203.0.113.2");
        string first = Shown(await atVic.LogInAsync("vic"));
        Assert.AreEqual(first, Shown(await atNobody.LogInAsync("nobody")));

        Assert.AreEqual(0, server.Server.EndSessions("vic", DisconnectReason.AccountChanged));
        Assert.AreEqual(first, Shown(await atVic.TryAgainAsync("vic", "another")));
        Assert.AreEqual(first, Shown(await atNobody.TryAgainAsync("nobody", "another")));
    }

    [TestMethod]
    public async Task A_wrong_password_during_an_account_change_is_answered_like_any_other()
    {
        await using PipeServer server = await StartAsync();
        CompactClient guesser = server.Connect();
        Task<RawFrame?> guess = guesser.LogInAsync("vic");
        await _asked.Task.WaitAsync(_guard);
        server.Server.EndSessions("VIC", DisconnectReason.AccountChanged);
        _answer.SetResult(new LoginResult(LoginCode.Failure));

        Assert.AreEqual("failure", (string?)(await guess)!.Json["code"]);
        Assert.AreEqual("failure", (string?)(await guesser.TryAgainAsync("vic", "another"))!.Json["code"]);
    }

    [TestMethod]
    public async Task A_login_that_is_checked_during_an_account_change_ends_if_it_is_right()
    {
        await using PipeServer server = await StartAsync();
        CompactClient vic = server.Connect();
        Task<RawFrame?> login = vic.LogInAsync("vic");
        await _asked.Task.WaitAsync(_guard);
        Assert.AreEqual(0, server.Server.EndSessions("VIC", DisconnectReason.AccountChanged), "The login is not complete yet.");
        _answer.SetResult(LoginResult.Ok("vic"));

        Assert.AreEqual("account-changed", (string?)(await login)!.Json["code"]);
        Assert.IsNull(await vic.ReceiveOrClosedAsync());
        Assert.AreEqual(0, server.Ledger.Count);
    }

    [TestMethod]
    public async Task A_login_that_is_not_on_the_ledger_yet_ends_when_the_account_changes()
    {
        _answer.SetResult(LoginResult.Ok("vic"));
        var database = new Mock<IUserDatabase>();
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var logging = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        database.Setup(d => d.LogConnectionAsync("vic", It.IsAny<EndPoint>(), It.IsAny<CancellationToken>())).Returns(() =>
        {
            logging.SetResult();
            return new ValueTask(goOn.Task);
        });
        await using PipeServer server = await StartAsync(
            services => services.Replace(ServiceDescriptor.Singleton(database.Object)));
        CompactClient vic = server.Connect();
        Assert.AreEqual("ok", (string?)(await vic.LogInAsync("vic"))!.Json["code"]);
        await logging.Task.WaitAsync(_guard);
        Assert.AreEqual(1, server.Server.EndSessions("vic", DisconnectReason.AccountChanged));
        goOn.SetResult();

        Assert.AreEqual("account-changed", await vic.ReceiveCloseAsync());
    }

    [TestMethod]
    [DataRow("vic", "account-changed")]
    [DataRow("vic@example.org", "ok")]
    public async Task A_login_is_to_the_account_that_the_authenticator_names(string changed, string expected)
    {
        await using PipeServer server = await StartAsync();
        CompactClient vic = server.Connect();
        Task<RawFrame?> login = vic.LogInAsync("vic@example.org");
        await _asked.Task.WaitAsync(_guard);
        server.Server.EndSessions(changed, DisconnectReason.AccountChanged);
        _answer.SetResult(LoginResult.Ok("vic"));

        Assert.AreEqual(expected, (string?)(await login)!.Json["code"]);
    }

    [TestMethod]
    public async Task A_classic_client_that_has_not_sent_its_key_counts_as_ended()
    {
        _answer.SetResult(LoginResult.Ok("vic"));
        await using PipeServer server = await StartAsync();
        using ClassicClient vic = server.ConnectClassic();
        Assert.AreEqual("OK", await vic.LoginAsync("vic", "secret", _guard));

        Assert.AreEqual(1, server.Server.EndSessions("vic", DisconnectReason.AccountChanged));
        Assert.AreEqual(0, server.Server.EndSessions("vic", DisconnectReason.AccountChanged));
    }

    private static string Shown(RawFrame? frame) => $"{frame!.Type} {frame.Json.ToJsonString()}";

    private Task<PipeServer> StartAsync(Action<IServiceCollection>? services = null)
    {
        var authenticator = new Mock<IAuthenticator>();
        authenticator.Setup(a => a.AuthenticateAsync(It.IsAny<Credentials>(), It.IsAny<CancellationToken>())).Returns(() =>
        {
            _asked.TrySetResult();
            return new ValueTask<LoginResult>(_answer.Task);
        });
        return PipeServer.StartAsync(services: collection =>
        {
            collection.Replace(ServiceDescriptor.Singleton(authenticator.Object));
            services?.Invoke(collection);
        });
    }
}
