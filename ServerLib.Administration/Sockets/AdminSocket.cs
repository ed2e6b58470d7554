using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ServerLib.Administration.Sockets;

/// <summary>
/// Listens on the admin socket, a Unix domain socket in the data folder. Programs of its owner and of root can run commands there without an
/// account.
/// </summary>
internal sealed partial class AdminSocket(
    AdminCommandRunner commands,
    IOptions<ServerOptions> server,
    IOptions<AdministrationOptions> administration,
    ILogger<AdminSocket> logger)
    : BackgroundService
{
    /// <summary>The name of the socket in the data folder.</summary>
    public const string FileName = "admin.sock";

    private const int Backlog = 16;

    private Socket? _listener;
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

    public override async Task StopAsync(CancellationToken cancellationToken)
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
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                Socket connection = await _listener!.AcceptAsync(stoppingToken).ConfigureAwait(false);
                open.RemoveAll(task => task.IsCompleted);
                open.Add(RunAsync(connection, stoppingToken));
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

    private async Task RunAsync(Socket socket, CancellationToken cancellationToken)
    {
        var stream = new NetworkStream(socket, ownsSocket: true);
        await using (stream.ConfigureAwait(false))
        {
            try
            {
                if (PeerCredentials.IsOwnerOrRoot(socket))
                    await new AdminSocketConnection(commands).RunAsync(stream, cancellationToken).ConfigureAwait(false);
                else
                    LogRefused(_path);
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // The other side is gone, or the server stops.
            }
            catch (Exception e)
            {
                LogConnectionFailed(_path, e);
            }
        }
    }
}
