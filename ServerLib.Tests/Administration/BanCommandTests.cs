using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Administration;
using ServerLib.Testing;
using ServerLib.Tests.Server;

namespace ServerLib.Tests.Administration;

[TestClass]
public sealed class BanCommandTests
{
    private static readonly AdminCaller Admin = new("root", "203.0.113.7:5000");

    [TestMethod]
    [DataRow("ada", "banned ada", null, "")]
    [DataRow("ada spam and more", "banned ada", null, "spam and more")]
    [DataRow("name:-x - spam", "banned -x", null, "- spam")]
    [DataRow("203.0.113.0/25 90s", "banned 203.0.113.0/25 until 2030-01-01 00:01:30 +00:00", 90, "")]
    [DataRow("2001:DB8::/64   2w  a  flood ", "banned 2001:db8::/64 until 2030-01-15 00:00:00 +00:00", 1_209_600, "a flood")]
    [DataRow("name:10.0.0.1\t30m", "banned name:10.0.0.1 until 2030-01-01 00:30:00 +00:00", 1_800, "")]
    public async Task A_ban_has_a_target_a_duration_and_a_reason(string argument, string said, int? seconds, string reason)
    {
        await using PipeServer server = await PipeServer.StartAsync();
        Assert.AreEqual(
            (0, said + "\nthe database does not store bans, so the ban ends when the server stops"), await AnswerAsync(server, $"ban add {argument}"));
        Ban ban = server.Server.Bans.Single();
        Assert.AreEqual(seconds is { } length ? server.Time.GetUtcNow().AddSeconds(length) : null, ban.Until);
        Assert.AreEqual((reason, "console", server.Time.GetUtcNow()), (ban.Reason, ban.CreatedBy, ban.Since));
    }

    [TestMethod]
    [DataRow("ada 30", "30 is not a duration")]
    [DataRow("ada 0d", "0d is not a duration")]
    [DataRow("ada 5\u001b", "5\\u001B is not a duration")]
    [DataRow("ada 99999999999d", "99999999999d is not a duration")]
    [DataRow("ada 36526d", "36526d is not a duration")]
    [DataRow("ada -5m", "-5m is not a duration such as 90s, 30m, 12h, 7d or 2w")]
    [DataRow("10.0.0.1 -0", "-0 is not a duration")]
    [DataRow("10.0.0.1 5min spam", "5min is not a duration")]
    [DataRow("", "usage: ban add TARGET [DURATION] [REASON]...")]
    [DataRow("-x 5m", "there is no option -x")]
    [DataRow("ada --for 1h spam", "there is no option --for")]
    [DataRow("server", "server is a name that nobody can have")]
    [DataRow("name:Root", "Root is a name that nobody can have")]
    [DataRow("127.0.0.1", "is a loopback address")]
    [DataRow("0.0.0.0/0", "contains all addresses")]
    [DataRow("10.0.0.1/8", "is not a valid address or range")]
    [DataRow("a\u001bb", "'a\\u001Bb' is not a name")]
    public async Task An_invalid_ban_is_refused(string argument, string said)
    {
        await using PipeServer server = await PipeServer.StartAsync(options => options.Login.ReservedNames.Add("root"));
        (int exit, string output) = await AnswerAsync(server, $"ban add {argument}");
        Assert.AreEqual(ExitCode.WrongUsage, exit);
        StringAssert.Contains(output, said);
        Assert.IsEmpty(server.Server.Bans);
    }

    [TestMethod]
    [DataRow("ROOT")]
    [DataRow("203.0.113.7")]
    [DataRow("203.0.0.0/16")]
    public async Task Admins_cannot_ban_themselves(string argument)
    {
        await using PipeServer server = await PipeServer.StartAsync();
        Assert.AreEqual(
            (ExitCode.WrongUsage, "this would ban yourself; use the server's console if you really want to"),
            await AnswerAsync(server, $"ban add {argument}", Admin));
        Assert.AreEqual(0, (await AnswerAsync(server, $"ban add {argument}")).Exit);
    }

    [TestMethod]
    public async Task Bans_are_listed_and_lifted()
    {
        await using PipeServer server = await PipeServer.StartAsync(options => options.Bans.Add("Mallory"));
        server.Time.Advance(TimeSpan.FromSeconds(1));
        await AnswerAsync(server, "ban add 203.0.113.0/24 1h a \u001b[31mflood", Admin with { Address = "" });
        Assert.AreEqual(
            "TARGET          UNTIL                       BY             REASON\n"
            + "Mallory                                     configuration\n"
            + "203.0.113.0/24  2030-01-01 01:00:01 +00:00  root           a \\u001B[31mflood",
            (await AnswerAsync(server, "ban list")).Text);
        Assert.AreEqual((0, "lifted the ban of ::ffff:203.0.113.0/120"), await AnswerAsync(server, "ban remove ::ffff:203.0.113.0/120"));
        Assert.AreEqual(
            (3, "there is no ban of 203.0.113.0/24; 'ban list' lists the bans"), await AnswerAsync(server, "ban remove 203.0.113.0/24"));
        Assert.AreEqual((2, "mallory is banned by the configuration (option Bans)"), await AnswerAsync(server, "ban remove mallory"));
        Assert.AreEqual((2, "mallory is banned by the configuration (option Bans)"), await AnswerAsync(server, "ban add mallory 1d"));
        Assert.Contains("is not a valid address or range", (await AnswerAsync(server, "ban remove 10.0.0.1/8")).Text);
        Assert.HasCount(1, server.Server.Bans);
    }

    [TestMethod]
    public async Task The_audit_trail_has_the_address_of_the_admin_who_bans_and_lifts()
    {
        using var folder = new TempFolder();
        await using var audit = new AuditTrail(folder.Path);
        await using PipeServer server = await PipeServer.StartAsync(
            services: services => services.Replace(ServiceDescriptor.Singleton(_ => audit)));
        await AnswerAsync(server, "ban add ada spam", Admin);
        await AnswerAsync(server, "ban remove ada", Admin);

        CollectionAssert.AreEqual(
            (string[])["Unbanned ada 203.0.113.7:5000 root ", "Banned ada 203.0.113.7:5000 root for good: spam"],
            (await audit.ReadNewestAsync(2)).Select(e => $"{e.Event} {e.Name} {e.Address} {e.Actor} {e.Detail}").ToArray());
    }

    [TestMethod]
    public async Task The_data_of_ban_list_have_target_and_createdBy()
    {
        await using PipeServer server = await PipeServer.StartAsync();
        await AnswerAsync(server, "ban add ada spam");
        await using var run = new AdminRun(server.Server, server.Time);

        JsonElement ban = (await run.RunAsync("ban list")).Data!.Value[0];
        Assert.AreEqual("ada", ban.GetProperty("target").GetString());
        Assert.AreEqual("console", ban.GetProperty("createdBy").GetString());
    }

    [TestMethod]
    public async Task Ban_list_says_that_there_are_no_bans()
    {
        await using PipeServer server = await PipeServer.StartAsync();
        Assert.AreEqual((0, "there are no bans"), await AnswerAsync(server, "ban list"));
    }

    [TestMethod]
    public async Task Ban_list_on_the_files_has_the_bans_of_the_options_and_those_in_force()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var database = new InMemoryUserDatabase(time);
        await database.AddBanAsync(new Ban("ada", time.GetUtcNow().AddDays(-1), "over"), Guard.NewToken());
        await database.AddBanAsync(new Ban("bob", time.GetUtcNow().AddDays(1), "spam"), Guard.NewToken());
        await using var run = new AdminRun(database, time, new ServerOptions { Bans = { "Mallory" } }) { At = CommandPlace.Files };

        string[] targets = [.. (await run.RunAsync("ban list")).Data!.Value.EnumerateArray().Select(ban => ban.GetProperty("target").GetString()!)];
        CollectionAssert.AreEqual((string[])["Mallory", "bob"], targets);
    }

    private static async Task<(int Exit, string Text)> AnswerAsync(PipeServer server, string line, AdminCaller? caller = null)
    {
        await using var run = new AdminRun(server.Server, server.Time);
        return await run.AnswerAsync(line, caller: caller);
    }
}
