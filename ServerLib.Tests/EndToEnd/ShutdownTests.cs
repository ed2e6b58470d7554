using ServerLib.Protocol;
using ServerLib.Tests.Cli;

namespace ServerLib.Tests.EndToEnd;

/// <summary>The ways to stop the host, and what doesn't.</summary>
[TestClass]
public sealed class ShutdownTests : HostTest
{
    private const int HangUp = 1;
    private const int Interrupt = 2;
    private const int Terminate = 15;
    private const string Farewell = "SERVER: [ ALERT ] Server shutting down...";

    [TestMethod]
    public async Task Shutdown_tells_everyone_closes_and_ends_well()
    {
        await StartAsync();
        (ClassicClient alice, ClassicClient bob) = await JoinTwoAsync();
        await Host.CommandAsync("shutdown", Token);
        await AssertEndedAsync(alice, bob);
    }

    [TestMethod]
    [DataRow(Interrupt)]
    [DataRow(Terminate)]
    [DataRow(HangUp)]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public async Task A_signal_does_what_shutdown_does(int signal)
    {
        if (signal != Terminate && Ignores(signal))
            Assert.Inconclusive("Whoever runs these tests has that signal ignored, and so has every process that they start.");
        await StartAsync();
        (ClassicClient alice, ClassicClient bob) = await JoinTwoAsync();
        Host.Signal(signal);
        await AssertEndedAsync(alice, bob);
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public async Task With_its_input_closed_the_host_runs_on()
    {
        await StartAsync();
        ClassicClient alice = await JoinAsync("alice");
        await Host.CommandAsync("say the last command", Token);
        Host.CloseInput();
        Assert.AreEqual("SERVER: the last command", await alice.ReceiveAsync(Token));

        ClassicClient bob = await JoinAsync("bob");
        Assert.AreEqual("bob: [ CONNECTED ]", await alice.ReceiveAsync(Token));
        await bob.SendAsync("hello\n", Token);
        Assert.AreEqual("bob: hello\n", await alice.ReceiveAsync(Token));
        Host.Signal(Terminate);
        await AssertEndedAsync(alice, bob);
    }

    [TestMethod]
    public async Task Nobody_holds_a_shutdown_up()
    {
        await StartAsync();
        ClassicClient alice = await JoinAsync("alice");
        ClassicClient silent = await ConnectAsync();
        ClassicClient halfway = await ConnectAsync();
        await halfway.SendRawAsync(ClassicWire.Plain("halfway"), Token);
        ClassicClient keyless = await ConnectAsync();
        Assert.AreEqual("OK", await keyless.LoginAsync("keyless", "secret", Token));

        await Host.CommandAsync("shutdown", Token);
        Assert.AreEqual(Farewell, await alice.ReceiveAsync(Token));
        foreach (ClassicClient client in (ClassicClient[])[alice, silent, halfway, keyless])
            await AssertClosedAsync(client);

        // None of them closes its own side.
        Assert.AreEqual(0, await Host.WaitForExitAsync(Token), Host.Transcript);
        CollectionAssert.AreEqual(Enumerable.Repeat("ServerShutdown", 4).ToArray(), ReadReasons());
    }

    private async Task AssertEndedAsync(params ClassicClient[] clients)
    {
        foreach (ClassicClient client in clients)
        {
            Assert.AreEqual(Farewell, await client.ReceiveAsync(Token));
            Assert.IsNull(await client.ReceiveOrClosedAsync(Token));
            client.Dispose();
        }

        Assert.AreEqual(0, await Host.WaitForExitAsync(Token), Host.Transcript);
        string[] activity = Data.ReadActivity();
        Assert.AreEqual(1, Data.CountActivity(">> [ COMMAND ] shutdown command executed... terminating server session."));
        StringAssert.EndsWith(activity[^1], ">> EXIT");
    }

    private static bool Ignores(int signal)
    {
        if (!File.Exists("/proc/self/status"))
            return false;
        string mask = File.ReadLines("/proc/self/status").Single(line => line.StartsWith("SigIgn:", StringComparison.Ordinal));
        return (Convert.ToUInt64(mask.Split('\t')[1], 16) & (1UL << (signal - 1))) != 0;
    }
}
