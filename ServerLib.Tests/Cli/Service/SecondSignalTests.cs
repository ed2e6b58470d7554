using System.Net;
using ServerLib.Protocol;
using ServerLib.Tests.Compact;
using ServerLib.Tests.EndToEnd;

namespace ServerLib.Tests.Cli.Service;

/// <summary>How the host ends when an admin does not want to wait for its connections.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class SecondSignalTests : IAsyncDisposable
{
    private const int Interrupt = 2;
    private const int Terminate = 15;

    private readonly CancellationToken _guard = Guard.ForPrograms();
    private readonly SystemdManager _systemd = new();

    public ValueTask DisposeAsync() => _systemd.DisposeAsync();

    [TestMethod]
    [DataRow(Interrupt)]
    [DataRow(Terminate)]
    public async Task A_second_signal_ends_the_host_at_once_and_loses_no_account(int second)
    {
        if (ShutdownTests.Ignores(second))
            Assert.Inconclusive("The test process ignores this signal, and so does every process that it starts.");
        string[] unlimited = ["--ServerLib:Limits:MaxQueuedBytes", "100000000", "--ServerLib:Limits:MaxMessageRate", "0"];
        _systemd.Start(["--port", "0", "--ServerLib:ShutdownTimeout", "01:00:00", .. HostProcess.Cheap, .. unlimited]);
        IPEndPoint endPoint = IPEndPoint.Parse((await _systemd.SeeAsync("READY=1", _guard)).Split("Listening on ")[1]);
        using CompactClient slow = await CompactClient.JoinAsync(endPoint, "slow");
        using CompactClient ada = await CompactClient.JoinAsync(endPoint, "ada");

        // The server cannot send all of this to a client that does not read, so its shutdown waits.
        string text = new('x', 60_000);
        for (int i = 0; i < 300; i++)
            await ada.SendAsync(RawFrame.Message(text));
        await ada.SendAsync(new RawFrame(FrameType.Ping, []));
        while ((await ada.ReceiveAsync()).Type != FrameType.Pong)
        {
        }

        _systemd.Process.Signal(Terminate);
        await _systemd.SeeAsync("STOPPING=1", _guard);
        Assert.AreNotEqual("", (await ada.ReceiveCloseAsync()) ?? "");
        _systemd.Process.Signal(second);

        Assert.AreEqual(128 + second, await _systemd.Process.WaitForExitAsync(_guard), _systemd.Process.Transcript);
        await using ProgramProcess next = await HostProcess.StartAsync(_systemd.Data, _guard);
        foreach (string name in (string[])["slow", "ada"])
            (await CompactClient.JoinAsync(next.EndPoint, name)).Dispose();
    }
}
