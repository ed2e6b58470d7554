using ServerLib.Protocol;
using ServerLib.Tests.Cli;

namespace ServerLib.Tests.EndToEnd;

/// <summary>How the host is stopped.</summary>
[TestClass]
public sealed class ShutdownTests : HostTest
{
    private const int Interrupt = 2;
    private const int Terminate = 15;
    private const string Farewell = "SERVER: [ ALERT ] Server shutting down...";

    [TestMethod]
    public async Task Shutdown_notifies_and_disconnects_everyone_and_exits_with_0()
    {
        await StartAsync();
        (ClassicClient alice, ClassicClient bob) = await JoinTwoAsync();
        await Host.CommandAsync("shutdown", Token);
        await AssertEndedAsync(alice, bob);
    }

    [TestMethod]
    [DataRow(Interrupt)]
    [DataRow(Terminate)]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public async Task A_signal_shuts_the_host_down(int signal)
    {
        if (signal != Terminate && Ignores(signal))
            Assert.Inconclusive("The test process ignores this signal, and so does every process that it starts.");
        await StartAsync();
        (ClassicClient alice, ClassicClient bob) = await JoinTwoAsync();
        Host.Signal(signal);
        await AssertEndedAsync(alice, bob);
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public async Task The_host_keeps_running_when_its_input_is_closed()
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
    public async Task A_client_cannot_delay_a_shutdown()
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

        // None of the clients closes its side.
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
        Assert.AreEqual(1, Data.CountActivity("[ COMMAND ] shutdown command executed... terminating server session."));
        StringAssert.EndsWith(activity[^1], " info EXIT");
    }

    /// <summary>Whether this process ignores a signal. Then so does every process that it starts.</summary>
    internal static bool Ignores(int signal)
    {
        if (!File.Exists("/proc/self/status"))
            return false;
        string mask = File.ReadLines("/proc/self/status").Single(line => line.StartsWith("SigIgn:", StringComparison.Ordinal));
        return (Convert.ToUInt64(mask.Split('\t')[1], 16) & (1UL << (signal - 1))) != 0;
    }
}
