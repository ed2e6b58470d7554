using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ServerLib.Administration;
using ServerLib.Administration.Commands;
using ServerLib.Tests.Server;

namespace ServerLib.Tests.Administration;

[TestClass]
public sealed class BanCommandTests
{
    private static readonly CommandCaller Admin = new("root", "203.0.113.7:5000");

    [TestMethod]
    [DataRow("ada", "banned ada", null, "")]
    [DataRow("ada spam and more", "banned ada", null, "spam and more")]
    [DataRow("name:-x - spam", "banned -x", null, "- spam")]
    [DataRow("203.0.113.0/25 90s", "banned 203.0.113.0/25 until 2030-01-01 00:01:30 +00:00", 90, "")]
    [DataRow("2001:DB8::/64   2w  a  flood ", "banned 2001:db8::/64 until 2030-01-15 00:00:00 +00:00", 1_209_600, "a  flood")]
    [DataRow("name:10.0.0.1\t30m", "banned name:10.0.0.1 until 2030-01-01 00:30:00 +00:00", 1_800, "")]
    public async Task Whom_for_how_long_and_why(string argument, string said, int? seconds, string reason)
    {
        await using PipeServer server = await PipeServer.StartAsync();
        (int exit, string output) = await RunAsync(new BanCommand(server.Server, server.Time), argument);
        Assert.AreEqual((0, said + "\nthe database does not store bans, so the ban ends when the server stops\n"), (exit, output));
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
    [DataRow("ada -5m", "-5m is not a duration such as 90s, 30m, 12h, 7d or 2w; usage: ban NAME|ADDRESS|RANGE [DURATION] [REASON] [--json]")]
    [DataRow("10.0.0.1 -0", "-0 is not a duration")]
    [DataRow("10.0.0.1 5min spam", "5min is not a duration")]
    [DataRow("--help", "usage: ban NAME|ADDRESS|RANGE [DURATION] [REASON] [--json]")]
    [DataRow("-x 5m", "usage: ban NAME|ADDRESS|RANGE [DURATION] [REASON] [--json]")]
    [DataRow("ada --for 1h spam", "usage: ban NAME|ADDRESS|RANGE [DURATION] [REASON] [--json]")]
    [DataRow("server", "server is a name that nobody can have")]
    [DataRow("name:Root", "Root is a name that nobody can have")]
    [DataRow("127.0.0.1", "is a loopback address")]
    [DataRow("0.0.0.0/0", "contains all addresses")]
    [DataRow("10.0.0.1/8", "is not a valid address or range")]
    [DataRow("a\u001bb", "'a\\u001Bb' is not a name")]
    public async Task What_makes_no_sense_is_refused(string argument, string said)
    {
        await using PipeServer server = await PipeServer.StartAsync(options => options.Login.ReservedNames.Add("root"));
        (int exit, string output) = await RunAsync(new BanCommand(server.Server, server.Time), argument);
        Assert.AreEqual(ExitCode.WrongUsage, exit);
        StringAssert.Contains(output, said);
        Assert.IsEmpty(server.Server.Bans);
    }

    [TestMethod]
    [DataRow("ROOT")]
    [DataRow("203.0.113.7")]
    [DataRow("203.0.0.0/16")]
    public async Task An_admin_can_not_shut_himself_out(string argument)
    {
        await using PipeServer server = await PipeServer.StartAsync();
        Assert.AreEqual(
            (ExitCode.WrongUsage, "this would ban yourself; use the server's console if you really want to\n"),
            await RunAsync(new BanCommand(server.Server, server.Time), argument, Admin));
        Assert.AreEqual(0, (await RunAsync(new BanCommand(server.Server, server.Time), argument)).Exit);
    }

    [TestMethod]
    public async Task Bans_are_listed_and_lifted()
    {
        await using PipeServer server = await PipeServer.StartAsync(options => options.Bans.Add("Mallory"));
        var bans = new BansCommand(server.Server, server.Time);
        server.Time.Advance(TimeSpan.FromSeconds(1));
        await RunAsync(new BanCommand(server.Server, server.Time), "203.0.113.0/24 1h a \u001b[31mflood", Admin with { Address = "" });
        Assert.AreEqual(
            "Mallory         without an end                    by configuration\n"
            + "203.0.113.0/24  until 2030-01-01 01:00:01 +00:00  by root: a \\u001B[31mflood\n",
            (await RunAsync(bans, "")).Output);
        var unban = new UnbanCommand(server.Server);
        Assert.AreEqual((0, "unbanned ::ffff:203.0.113.0/120\n"), await RunAsync(unban, "::ffff:203.0.113.0/120"));
        Assert.AreEqual((3, "there is no ban of 203.0.113.0/24; 'bans' lists the bans\n"), await RunAsync(unban, "203.0.113.0/24"));
        Assert.AreEqual((2, "mallory is banned by the configuration (option Bans)\n"), await RunAsync(unban, "mallory"));
        Assert.AreEqual(
            (2, "mallory is banned by the configuration (option Bans)\n"), await RunAsync(new BanCommand(server.Server, server.Time), "mallory 1d"));
        StringAssert.Contains((await RunAsync(unban, "10.0.0.1/8")).Output, "is not a valid address or range");
        Assert.HasCount(1, server.Server.Bans);
    }

    [TestMethod]
    public async Task The_trail_has_the_address_of_the_admin_who_bans_and_lifts()
    {
        using var folder = new TempFolder();
        await using var audit = new AuditTrail(folder.Path);
        await using PipeServer server = await PipeServer.StartAsync(
            services: services => services.Replace(ServiceDescriptor.Singleton(_ => audit)));
        await RunAsync(new BanCommand(server.Server, server.Time), "ada spam", Admin);
        await RunAsync(new UnbanCommand(server.Server), "ada", Admin);

        CollectionAssert.AreEqual(
            (string[])["Unbanned ada 203.0.113.7:5000 root ", "Banned ada 203.0.113.7:5000 root for good: spam"],
            (await audit.ReadNewestAsync(2)).Select(e => $"{e.Event} {e.Name} {e.Address} {e.Actor} {e.Detail}").ToArray());
    }

    [TestMethod]
    public async Task The_data_of_the_bans_command_have_target_and_createdBy()
    {
        await using PipeServer server = await PipeServer.StartAsync();
        await RunAsync(new BanCommand(server.Server, server.Time), "ada spam");
        var context = new CommandContext("", CommandCaller.Console, TextWriter.Null);
        await new BansCommand(server.Server, server.Time).RunAsync(context, Guard.NewToken());

        JsonElement ban = JsonSerializer.SerializeToElement(context.Data)[0];
        Assert.AreEqual("ada", ban.GetProperty("target").GetString());
        Assert.AreEqual("console", ban.GetProperty("createdBy").GetString());
    }

    [TestMethod]
    public async Task The_bans_command_reports_an_empty_list()
    {
        await using PipeServer server = await PipeServer.StartAsync();
        Assert.AreEqual((0, "there are no bans\n"), await RunAsync(new BansCommand(server.Server, server.Time), ""));
    }

    private static async Task<(int Exit, string Output)> RunAsync(IAdminCommand command, string argument, CommandCaller? caller = null)
    {
        var output = new StringWriter { NewLine = "\n" };
        int exit = await command.RunAsync(new CommandContext(argument, caller ?? CommandCaller.Console, output), Guard.NewToken());
        return (exit, output.ToString());
    }
}
