using Microsoft.Extensions.DependencyInjection;
using ServerLib.Administration;
using ServerLib.Protocol;
using ServerLib.Tests.Compact;

namespace ServerLib.Tests.Messaging;

/// <summary>Accounts that are admins have the role <c>admin</c>.</summary>
[TestClass]
public sealed class AdminRoleTests
{
    private const string Refused = "1 241 You do not have the role for this method.";

    [TestMethod]
    public async Task An_admin_has_the_role_as_long_as_it_is_granted()
    {
        await using RunningServer server = await RunningServer.StartAsync(build: builder => builder
            .AddAdministration()
            .MapCall("run", async (AdminCommandRunner commands, string line) => (await commands.RunAsync(line)).Exit)
            .MapCall("secret", (Connection from) => from.User.Identity!.Name).RequireRole("admin"));
        using CompactClient first = await JoinAsync(server);
        Assert.AreEqual(Refused, await CallAsync(first, "secret"));

        Assert.AreEqual("1 0 0", await CallAsync(first, "run", "\"role grant alice admin\""));
        Assert.AreEqual("1 0 \"alice\"", await CallAsync(first, "secret"));
        using CompactClient second = await JoinAsync(server);
        Assert.AreEqual("1 0 \"alice\"", await CallAsync(second, "secret"));

        Assert.AreEqual("1 0 0", await CallAsync(first, "run", "\"role revoke alice admin\""));
        Assert.AreEqual(Refused, await CallAsync(first, "secret"));
        Assert.AreEqual(Refused, await CallAsync(second, "secret"));
    }

    private static async Task<CompactClient> JoinAsync(RunningServer server)
    {
        CompactClient client = await CompactClient.ConnectAsync(server.EndPoint);
        await CallServer.LogInAsync(client, "alice");
        return client;
    }

    private static async Task<string> CallAsync(CompactClient client, string name, string body = "")
    {
        await client.SendAsync(RawFrame.Call(1, name, body));
        return (await client.ReceiveAsync(FrameType.Response)).Answer;
    }
}
