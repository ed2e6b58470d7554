using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ServerLib.Cli;
using ServerLib.Tests.Compact;

namespace ServerLib.Tests.Cli.Service;

/// <summary>The host as a service of systemd.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class SystemdTests : IAsyncDisposable
{
    private readonly CancellationToken _guard = Guard.ForPrograms();
    private readonly SystemdManager _systemd = new();

    public ValueTask DisposeAsync() => _systemd.DisposeAsync();

    [TestMethod]
    public async Task A_service_reports_when_it_accepts_and_when_it_stops()
    {
        _systemd.Start("--port", "0");

        string ready = await _systemd.SeeAsync("READY=1", _guard);
        using (CompactClient client = await CompactClient.ConnectAsync(EndPointIn(ready)))
            await client.HelloAsync();
        _systemd.Process.Signal(15);

        await _systemd.SeeAsync("STOPPING=1", _guard);
        Assert.AreEqual(0, await _systemd.Process.WaitForExitAsync(_guard), _systemd.Process.Transcript);
    }

    [TestMethod]
    public async Task Notifications_go_to_an_abstract_socket()
    {
        await using var systemd = new SystemdManager(isAbstract: true);
        systemd.Start("--port", "0");

        await systemd.SeeAsync("READY=1", _guard);
    }

    [TestMethod]
    public async Task A_reload_is_reported_with_its_time()
    {
        if (JobControl.HasTerminal)
            Assert.Inconclusive("A process with a terminal stops on SIGHUP.");
        _systemd.Start("--port", "0");
        await _systemd.SeeAsync("READY=1", _guard);
        long before = Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000);
        _systemd.Process.Signal(1);

        string reloading = await _systemd.SeeAsync("RELOADING=1", _guard);
        Assert.IsGreaterThanOrEqualTo(before, long.Parse(reloading.Split("MONOTONIC_USEC=")[1], CultureInfo.InvariantCulture));
        await _systemd.SeeAsync("READY=1", _guard);
    }

    [TestMethod]
    public async Task The_watchdog_gets_messages_while_the_server_answers()
    {
        _systemd.Set("WATCHDOG_USEC", "2000000");
        _systemd.Start("--port", "0");

        for (int i = 0; i < 3; i++)
            await _systemd.SeeAsync("WATCHDOG=1", _guard);
    }

    [TestMethod]
    public async Task Sockets_of_systemd_take_the_place_of_the_configured_port()
    {
        using Socket tcp = Listen(new IPEndPoint(IPAddress.Loopback, 0));
        using Socket unix = Listen(new UnixDomainSocketEndPoint(_systemd.Data.File("chat.sock")));
        EndPoint endPoint = tcp.LocalEndPoint!;
        _systemd.Pass(tcp);
        _systemd.Pass(unix);
        _systemd.Set("LISTEN_FDNAMES", "chat:local");
        _systemd.Start("--port", "1");

        StringAssert.Contains(await _systemd.SeeAsync("READY=1", _guard), $"{endPoint}, {_systemd.Data.File("chat.sock")}");
        using CompactClient client = await CompactClient.ConnectAsync((IPEndPoint)endPoint);
        await client.HelloAsync();
        await using var stream = new NetworkStream(await ConnectAsync(_systemd.Data.File("chat.sock")), ownsSocket: true);
        using CompactClient local = CompactClient.On(stream);
        await local.HelloAsync();
    }

    [TestMethod]
    public async Task Sockets_for_another_process_are_ignored()
    {
        using Socket tcp = Listen(new IPEndPoint(IPAddress.Loopback, 0));
        EndPoint endPoint = tcp.LocalEndPoint!;
        _systemd.Pass(tcp);
        _systemd.Before("LISTEN_PID=1 exec \"$@\"");
        _systemd.Start("--port", "0");

        string ready = await _systemd.SeeAsync("READY=1", _guard);

        Assert.AreNotEqual(endPoint, EndPointIn(ready));
    }

    [TestMethod]
    public async Task More_end_points_than_sockets_are_wrong_usage()
    {
        using Socket tcp = Listen(new IPEndPoint(IPAddress.Loopback, 0));
        _systemd.Pass(tcp);
        _systemd.Start("--ServerLib:Endpoints:0:Tls", "Required", "--ServerLib:Endpoints:1:Tls", "Never");

        Assert.AreEqual(2, await _systemd.Process.WaitForExitAsync(_guard));
        StringAssert.Contains(_systemd.Process.Transcript, "systemd passes 1 sockets, but Endpoints has 2 entries");
    }

    [TestMethod]
    public async Task A_descriptor_that_is_no_socket_is_wrong_usage()
    {
        _systemd.Before("exec 3</dev/null");
        _systemd.Set("LISTEN_FDS", "1");
        _systemd.Set("LISTEN_FDNAMES", "chat");
        _systemd.Start();

        Assert.AreEqual(2, await _systemd.Process.WaitForExitAsync(_guard));
        StringAssert.Contains(_systemd.Process.Transcript, "systemd passes descriptor 3 (chat), which is not a socket");
    }

    [TestMethod]
    public async Task Errors_in_the_journal_begin_with_their_priority()
    {
        _systemd.Before("export JOURNAL_STREAM=1:$(stat --dereference --format=%i /proc/$$/fd/2)");
        _systemd.Start("--ServerLib:Port", "many");

        Assert.AreEqual(2, await _systemd.Process.WaitForExitAsync(_guard));
        StringAssert.StartsWith(_systemd.Process.Transcript, "<3>command line: Port: 'many' is not allowed");
    }

    private static IPEndPoint EndPointIn(string ready) => IPEndPoint.Parse(ready.Split("Listening on ")[1]);

    private static Socket Listen(EndPoint endPoint)
    {
        var socket = new Socket(
            endPoint.AddressFamily, SocketType.Stream, endPoint is IPEndPoint ? ProtocolType.Tcp : ProtocolType.Unspecified);
        socket.Bind(endPoint);
        socket.Listen();
        return socket;
    }

    private async Task<Socket> ConnectAsync(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), _guard);
        return socket;
    }
}
