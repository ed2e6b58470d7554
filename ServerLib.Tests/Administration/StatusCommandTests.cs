using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Moq;
using ServerLib.Administration.Commands;

namespace ServerLib.Tests.Administration;

[TestClass]
public sealed class StatusCommandTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly ServerProblems _problems;
    private readonly StringWriter _output = new();

    public StatusCommandTests() => _problems = new ServerProblems(_time);

    [TestMethod]
    public async Task Status_begins_with_the_problems()
    {
        await RunAsync();
        Assert.StartsWith("listening on ", _output.ToString());
        _output.GetStringBuilder().Clear();
        Report();

        await RunAsync();
        string[] lines = _output.ToString().ReplaceLineEndings("\n").Split('\n');
        Assert.AreEqual("PROBLEM accounts since 2026-01-02 03:04:05 +00:00: No space left on device", lines[0]);
        Assert.AreEqual("PROBLEM audit-trail since 2026-01-02 03:05:05 +00:00: No space left on device", lines[1]);
        Assert.StartsWith("listening on 127.0.0.1:7, ", lines[2]);
    }

    [TestMethod]
    public async Task Status_as_JSON_contains_the_problems()
    {
        Report();
        CommandContext context = await RunAsync();

        JsonElement problems = JsonSerializer.SerializeToElement(context.Data).GetProperty("problems");
        Assert.AreEqual(2, problems.GetArrayLength());
        Assert.AreEqual("accounts", problems[0].GetProperty("name").GetString());
        Assert.AreEqual("No space left on device", problems[0].GetProperty("reason").GetString());
        Assert.AreEqual(_time.GetUtcNow(), problems[1].GetProperty("since").GetDateTimeOffset());
    }

    public void Dispose() => _output.Dispose();

    private void Report()
    {
        _problems.Report("accounts", "No space left on device");
        _time.Advance(TimeSpan.FromMinutes(1));
        _problems.Report("audit-trail", "No space left on device");
    }

    private async Task<CommandContext> RunAsync()
    {
        using ServerCertificate certificate = ServerCertificate.CreateEphemeral();
        var server = Mock.Of<IServerControl>(s => s.EndPoints == new EndPoint[] { new IPEndPoint(IPAddress.Loopback, 7) });
        var command = new StatusCommand(server, Mock.Of<IConnectionLedger>(), certificate, _problems, Options.Create(new ServerOptions()), _time);
        var context = new CommandContext("", CommandCaller.Console, _output);
        Assert.AreEqual(0, await command.RunAsync(context, CancellationToken.None));
        return context;
    }
}
