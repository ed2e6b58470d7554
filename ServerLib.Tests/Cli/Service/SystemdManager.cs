using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using ServerLib.Tests.EndToEnd;

namespace ServerLib.Tests.Cli.Service;

/// <summary>Starts the host as systemd does: with a socket for notifications, and with sockets that listen.</summary>
internal sealed class SystemdManager : IAsyncDisposable
{
    private static readonly string Assembly = Path.Combine(AppContext.BaseDirectory, "ServerLib.Host.dll");

    private readonly Socket _notifications = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly StringBuilder _launcher = new("LISTEN_PID=$$ WATCHDOG_PID=$$ exec \"$@\"");
    private readonly ProcessStartInfo _start = new("bash") { WorkingDirectory = Path.GetTempPath() };
    private readonly List<Socket> _sockets = [];
    private readonly List<int> _copies = [];
    private ProgramProcess? _process;

    /// <param name="isAbstract">Whether the socket for notifications has a name, which begins with @, instead of a path.</param>
    public SystemdManager(bool isAbstract = false)
    {
        Directory.CreateDirectory(Data.Path);
        string path = isAbstract ? $"@{Data.Path}" : Data.File("notify");
        _notifications.Bind(new UnixDomainSocketEndPoint(isAbstract ? $"\0{path[1..]}" : path));
        _start.Environment["NOTIFY_SOCKET"] = path;
    }

    public DataFolder Data { get; } = new();

    public ProgramProcess Process => _process!;

    /// <summary>Sets a variable for the host.</summary>
    public void Set(string name, string value) => _start.Environment[name] = value;

    /// <summary>Runs a command of the shell in the host's process before the host starts.</summary>
    public void Before(string command) => _launcher.Insert(0, $"{command}; ");

    /// <summary>Passes a socket to the host, as descriptor 3 or the next one.</summary>
    public void Pass(Socket socket)
    {
        int number = 3 + _sockets.Count;
        _sockets.Add(socket);
        int copy = Duplicate((int)socket.Handle, 0, 100);
        Before($"exec {number}<&{copy} {copy}<&-");
        _start.Environment["LISTEN_FDS"] = $"{_sockets.Count}";
        _copies.Add(copy);
    }

    /// <summary>Starts the host.</summary>
    public void Start(params string[] arguments)
    {
        foreach (string argument in (string[])["-c", _launcher.ToString(), "bash", ProgramProcess.Dotnet, Assembly, "--data", Data.Path, .. arguments])
            _start.ArgumentList.Add(argument);
        _process = ProgramProcess.Start(_start);
        _copies.ForEach(copy => _ = Close(copy));
        _copies.Clear();
    }

    /// <summary>The next notification with this text. Earlier ones are skipped.</summary>
    public async Task<string> SeeAsync(string text, CancellationToken token)
    {
        byte[] buffer = new byte[4_096];
        while (true)
        {
            int length = await _notifications.ReceiveAsync(buffer, token);
            string notification = Encoding.UTF8.GetString(buffer, 0, length);
            if (notification.Contains(text, StringComparison.Ordinal))
                return notification;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _notifications.Dispose();
        _sockets.ForEach(socket => socket.Dispose());
        Data.Dispose();
    }

    /// <summary>A copy of a descriptor that child processes inherit, with a number that no other test passes on.</summary>
    [DllImport("libc", EntryPoint = "fcntl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Duplicate(int descriptor, int command, int lowest);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
