using ServerLib.Tests.Cli;

namespace ServerLib.Tests.EndToEnd;

/// <summary>The activity log, line by line.</summary>
[TestClass]
public sealed class ActivityLogTests : HostTest
{
    [TestMethod]
    public async Task A_session_writes_the_activity_lines_of_the_existing_server()
    {
        await StartAsync("--ServerLib:ActivityLog:Format", "Classic");
        ClassicClient alice = await JoinAsync("alice");
        ClassicClient bob = await JoinAsync("bob");
        Assert.AreEqual("bob: [ CONNECTED ]", await alice.ReceiveAsync(Token));
        string atAlice = $"@{alice.LocalEndPoint}", atBob = $"@{bob.LocalEndPoint}";
        await bob.SendAsync("disconnect\n", Token);
        Assert.AreEqual("bob: [ DISCONNECTED ]", await alice.ReceiveAsync(Token));
        await Host.WaitForLineAsync("[ STATUS ] clients connected: 2", Token);
        await Host.WaitForLineAsync("[ STATUS ] clients connected: 1", Token);
        await ShutDownAsync();

        string[] activity = Data.ReadActivity();
        StringAssert.Matches(activity[0], new("^ID : .+ NAME : .+ $"));
        AssertInOrder(
            activity[1..],
            $"[ CONNECTION - ATTEMPT ] accepting new connection {atAlice}",
            $"[ CONNECTION - SUCCESS ] accepted new connection {atAlice}: Alias - alice",
            "[ STATUS ] clients connected: 1",
            $"[ CONNECTION - ATTEMPT ] accepting new connection {atBob}",
            $"[ CONNECTION - SUCCESS ] accepted new connection {atBob}: Alias - bob",
            "[ STATUS ] clients connected: 2",
            "[ ALERT ] client bob is disconnecting.",
            "[ STATUS ] clients connected: 1",
            "[ COMMAND ] shutdown command executed... terminating server session.",
            "[ ALERT ] client alice is disconnecting.",
            "[ STATUS ] clients connected: 0",
            "EXIT");
        for (int i = 1; i < activity.Length; i++)
            StringAssert.StartsWith(activity[i], $"log [{i - 1}] >> ");
    }

    [TestMethod]
    public async Task Control_characters_in_a_name_cannot_forge_a_log_line()
    {
        await StartAsync();
        ClassicClient unknown = await ConnectAsync();
        Assert.AreEqual("FAILURE", await unknown.LoginAsync("x\nlog [9] >> EXIT\u001b[2J", "secret of mallory", Token));
        ClassicClient alice = await ConnectAsync();
        Assert.AreEqual("OK", await alice.LoginAsync("alice", "secret of alice", Token));
        await ShutDownAsync();
        string everything = string.Join('\n', Data.ReadActivity()) + Host.Transcript;
        Assert.AreEqual(1, Data.ReadActivity().Count(line => line.EndsWith("EXIT", StringComparison.Ordinal)));
        Assert.IsFalse(everything.Contains('\u001b', StringComparison.Ordinal));
        Assert.IsFalse(everything.Contains("secret of", StringComparison.Ordinal));
    }

    private static void AssertInOrder(IEnumerable<string> lines, params string[] messages)
    {
        var expected = new Queue<string>(messages);
        foreach (string line in lines)
        {
            if (expected.TryPeek(out string? next) && line.EndsWith(">> " + next, StringComparison.Ordinal))
                expected.Dequeue();
        }

        Assert.IsEmpty(expected, $"Missing from here on, or out of order: {string.Join(" | ", expected)}\n{string.Join('\n', lines)}");
    }
}
