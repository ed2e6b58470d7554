using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ServerLib.Protocol;

namespace ServerLib.Administration.Sockets;

/// <summary>
/// Listens on the admin socket, a Unix domain socket in the data folder. Programs of its owner and of root can run commands there without an
/// account. It answers until the server has stopped, so that an admin can see what a shutdown waits for.
/// </summary>
internal sealed partial class AdminSocket(
    AdminCommandRunner commands,
    IOptions<ServerOptions> server,
    IOptions<AdministrationOptions> administration,
    TimeProvider time,
    ILogger<AdminSocket> logger)
    : BackgroundService, IHostedLifecycleService
{
    /// <summary>The name of the socket in the data folder.</summary>
    public const string FileName = "admin.sock";

    /// <summary>How many programs can use the socket at the same time. An admin needs few, and a program in a loop must not take them all.</summary>
    public const int MaxConnections = 32;

    /// <summary>How long a program may take for the preface, which it sends at once.</summary>
    public static readonly TimeSpan PrefaceTimeout = TimeSpan.FromSeconds(5);

    private const int Backlog = 128;

    private Socket? _listener;
    private int _programs;
    private string _path = "";

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!administration.Value.AdminSocket)
            return;
        _path = Path.Combine(server.Value.DataDirectory, FileName);
        try
        {
            _listener = await ListenAsync(_path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            // Unix limits the length of the path to about 107 bytes: ArgumentOutOfRangeException.
            LogNotAvailable(_path, e.Message);
            return;
        }

        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_listener is not null)
                File.Delete(_path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next server replaces it.
        }

        await base.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    public override void Dispose()
    {
        _listener?.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        List<Task> open = [];
        bool wasFull = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                Socket connection = await _listener!.AcceptAsync(stoppingToken).ConfigureAwait(false);
                open.RemoveAll(task => task.IsCompleted);
                bool isFull = Interlocked.Increment(ref _programs) > MaxConnections;
                if (isFull && !wasFull)
                    LogFull(_path, MaxConnections);
                wasFull = isFull;
                open.Add(RunAsync(connection, isFull, stoppingToken));
            }
            catch (SocketException e)
            {
                // For example too many open files. The next connection may succeed.
                LogAcceptFailed(_path, e.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                // The server stops.
            }
        }

        // The program that has sent 'shutdown' gets its answer.
        await Task.WhenAll(open).ConfigureAwait(false);
    }

    private static async Task<Socket> ListenAsync(string path, CancellationToken cancellationToken)
    {
        if (File.Exists(path))
        {
            if (await AdminSocketClient.TryConnectAsync(path, cancellationToken).ConfigureAwait(false) is { } other)
            {
                await other.DisposeAsync().ConfigureAwait(false);
                throw new IOException("another server is listening there");
            }

            File.Delete(path);
        }

        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            listener.Bind(new UnixDomainSocketEndPoint(path));
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            listener.Listen(Backlog);
            return listener;
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    private async Task RunAsync(Socket socket, bool isFull, CancellationToken cancellationToken)
    {
        try
        {
            var stream = new NetworkStream(socket, ownsSocket: true);
            await using (stream.ConfigureAwait(false))
            {
                if (!PeerCredentials.IsOwnerOrRoot(socket))
                    LogRefused(_path);
                else if (isFull)
                    await RefuseAsync(stream, cancellationToken).ConfigureAwait(false);
                else
                    await new AdminSocketConnection(commands, time).RunAsync(stream, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // The other side is gone, or the server stops.
        }
        catch (Exception e)
        {
            LogConnectionFailed(_path, e);
        }
        finally
        {
            Interlocked.Decrement(ref _programs);
        }
    }

    private static async Task RefuseAsync(Stream stream, CancellationToken cancellationToken)
    {
        var error = new CompactControl.Error("full", "too many programs use the server's admin socket; try again when one of them has ended", Regarding: null);
        await new AdminFrames(stream).WriteAsync(FrameType.Error, error, CompactJson.Default.Error, cancellationToken).ConfigureAwait(false);
    }
}
