using System.Net;
using System.Text;
using ExternalLogin;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ServerLib.Tests.Samples;

/// <summary>Tests the authenticator of the sample ExternalLogin with services that misbehave.</summary>
[TestClass]
public sealed class ExternalAuthenticatorTests : IDisposable
{
    private const string Ada = """{"name":"Ada","roles":["editor"]}""";

    private readonly CancellationToken _token = Guard.NewToken();
    private readonly FakeTimeProvider _time = new();
    private readonly StubService _service = new();
    private readonly ServiceProvider _services;

    public ExternalAuthenticatorTests()
    {
        var services = new ServiceCollection();
        services.AddLogging().AddSingleton<TimeProvider>(_time).AddLoginService(new Uri("http://127.0.0.1:9"));
        services.AddHttpClient(nameof(LoginService)).ConfigurePrimaryHttpMessageHandler(() => _service);
        _services = services.AddSingleton<ExternalAuthenticator>().BuildServiceProvider();
    }

    public void Dispose()
    {
        _services.Dispose();
        _service.Dispose();
    }

    [TestMethod]
    public async Task A_login_is_remembered_for_a_minute()
    {
        _service.Answer(HttpStatusCode.OK, Ada);

        LoginResult first = await LogInAsync("ada", "correct horse");
        Assert.AreEqual("Ada", first.Alias);
        Assert.IsTrue(first.User!.IsInRole("editor"));
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.IsTrue((await LogInAsync("ada", "correct horse")).User!.IsInRole("editor"));
        Assert.AreEqual(1, _service.Requests);

        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.IsTrue((await LogInAsync("ada", "correct horse")).IsOk);
        Assert.AreEqual(2, _service.Requests);
    }

    [TestMethod]
    public async Task Only_the_same_name_and_password_are_remembered()
    {
        _service.Answer(HttpStatusCode.OK, Ada);
        await LogInAsync("ada", "1:correct horse");
        _service.Answer(HttpStatusCode.Unauthorized, "");

        Assert.AreEqual(LoginCode.Failure, (await LogInAsync("ada1:", "correct horse")).Code);
        Assert.AreEqual(LoginCode.Failure, (await LogInAsync("ada", "1:correct horsf")).Code);
        Assert.AreEqual(LoginCode.Failure, (await LogInAsync("ada", "1:correct horsf")).Code);
        Assert.AreEqual(4, _service.Requests);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("null")]
    [DataRow("[]")]
    [DataRow("{}")]
    [DataRow("""{"name":null,"roles":[]}""")]
    [DataRow("""{"name":"Ada"}""")]
    [DataRow("""{"name":"Ada","roles":[null]}""")]
    [DataRow("<html>Welcome to the hotel's network</html>")]
    public async Task An_answer_that_is_not_a_user_is_busy_and_not_remembered(string answer)
    {
        _service.Answer(HttpStatusCode.OK, answer);
        Assert.AreEqual(LoginCode.Busy, (await LogInAsync("ada", "correct horse")).Code);
        Assert.AreEqual(LoginCode.Busy, (await LogInAsync("ada", "correct horse")).Code);

        _service.Answer(HttpStatusCode.OK, Ada);
        Assert.IsTrue((await LogInAsync("ada", "correct horse")).IsOk);
    }

    [TestMethod]
    public async Task An_answer_without_end_is_busy()
    {
        _service.Answer(HttpStatusCode.OK, new string(' ', 1_000_000) + Ada);
        LoginResult result = await LogInAsync("ada", "correct horse");
        Assert.AreEqual(LoginCode.Busy, result.Code);
        Assert.AreEqual(TimeSpan.FromSeconds(5), result.RetryAfter);
    }

    [TestMethod]
    public async Task A_service_with_an_error_gets_a_second_attempt()
    {
        _service.Answer(HttpStatusCode.InternalServerError, "");
        Task<LoginResult> login = LogInAsync("ada", "correct horse");
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.AreEqual(LoginCode.Busy, (await login).Code);
        Assert.AreEqual(2, _service.Requests);
    }

    [TestMethod]
    public async Task A_service_that_does_not_answer_is_busy()
    {
        _service.DoNotAnswer();
        Task<LoginResult> login = LogInAsync("ada", "correct horse");
        Assert.IsFalse(login.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.AreEqual(LoginCode.Busy, (await login).Code);
    }

    [TestMethod]
    public void The_whole_answer_has_a_time_limit()
    {
        using HttpClient http = _services.GetRequiredService<IHttpClientFactory>().CreateClient(nameof(LoginService));
        Assert.AreEqual(TimeSpan.FromSeconds(5), http.Timeout);
    }

    [TestMethod]
    public async Task A_login_ends_when_the_client_disconnects()
    {
        _service.DoNotAnswer();
        using var disconnected = new CancellationTokenSource();
        ValueTask<LoginResult> login = _services.GetRequiredService<ExternalAuthenticator>()
            .AuthenticateAsync(new Credentials("ada", "correct horse"), disconnected.Token);
        await disconnected.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await login);
    }

    [TestMethod]
    public async Task A_login_by_key_or_without_a_password_does_not_reach_the_service()
    {
        ExternalAuthenticator authenticator = _services.GetRequiredService<ExternalAuthenticator>();
        Assert.AreEqual(LoginCode.Failure, (await authenticator.AuthenticateAsync(new Credentials("ada", ""), _token)).Code);
        Assert.AreEqual(LoginCode.Failure, (await authenticator.AuthenticateAsync(new Credentials("ada", "") { IsByKey = true }, _token)).Code);
        Assert.AreEqual(0, _service.Requests);
    }

    private Task<LoginResult> LogInAsync(string name, string password) => _services.GetRequiredService<ExternalAuthenticator>()
        .AuthenticateAsync(new Credentials(name, password), _token).AsTask();

    private sealed class StubService : HttpMessageHandler
    {
        private Func<CancellationToken, Task<HttpResponseMessage>> _answer = _ => throw new HttpRequestException("down");

        public int Requests { get; private set; }

        public void Answer(HttpStatusCode status, string body) => _answer = _ => Task.FromResult(
            new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") });

        public void DoNotAnswer() => _answer = async token =>
        {
            await Task.Delay(Timeout.Infinite, token);
            throw new OperationCanceledException(token);
        };

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests++;
            return _answer(cancellationToken);
        }
    }
}
