using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace ServerLib.Tests.Administration;

[TestClass]
public sealed class StatusCommandTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly ServerProblems _problems;

    public StatusCommandTests() => _problems = new ServerProblems(_time);

    [TestMethod]
    public async Task Status_begins_with_the_problems()
    {
        Assert.StartsWith("listening on ", (await RunAsync()).Text);
        Report();

        string[] lines = (await RunAsync()).Text.Split('\n');
        Assert.AreEqual("PROBLEM accounts since 2026-01-02 03:04:05 +00:00: No space left on device", lines[0]);
        Assert.AreEqual("PROBLEM audit-trail since 2026-01-02 03:05:05 +00:00: No space left on device", lines[1]);
        Assert.StartsWith("listening on 127.0.0.1:7, ", lines[2]);
    }

    [TestMethod]
    public async Task Status_as_JSON_contains_the_problems()
    {
        Report();
        JsonElement problems = (await RunAsync()).Data!.Value.GetProperty("problems");

        Assert.AreEqual(2, problems.GetArrayLength());
        Assert.AreEqual("accounts", problems[0].GetProperty("name").GetString());
        Assert.AreEqual("No space left on device", problems[0].GetProperty("reason").GetString());
        Assert.AreEqual(_time.GetUtcNow(), problems[1].GetProperty("since").GetDateTimeOffset());
    }

    private void Report()
    {
        _problems.Report("accounts", "No space left on device");
        _time.Advance(TimeSpan.FromMinutes(1));
        _problems.Report("audit-trail", "No space left on device");
    }

    private async Task<CommandOutput> RunAsync()
    {
        using ServerCertificate certificate = ServerCertificate.CreateEphemeral();
        var server = Mock.Of<IServerControl>(s => s.EndPoints == new EndPoint[] { new IPEndPoint(IPAddress.Loopback, 7) });
        await using var run = new AdminRun(server, Mock.Of<IConnectionLedger>(), certificate, _problems, _time);
        CommandOutput output = await run.RunAsync("status");
        Assert.AreEqual(0, output.Exit, output.Text);
        return output;
    }
}
