using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace ServerLib.Tests.PostgreSql;

/// <summary>
/// A real PostgreSQL in a temporary folder, reached by a Unix socket there. It ends with the test process, however that ends.
/// </summary>
internal sealed class PostgresServer : IDisposable
{
    private const string Missing = "PostgreSQL is not installed. Install the package postgresql.";

    private static readonly string[] Needed = ["initdb", "postgres", "pg_basebackup"];

    // Ends with standard input, which the test process holds open.
    private const string Watch =
        """
        "$@" & child=$!
        cat >/dev/null
        kill -CONT $child 2>/dev/null
        kill -QUIT $child 2>/dev/null
        wait $child
        """;

    private readonly TempFolder _folder = new();
    private readonly string _programs;
    private Process? _process;
    private Task _draining = Task.CompletedTask;
    private int _databases;

    private PostgresServer(string programs) => _programs = programs;

    private string Data => _folder.File("data");

    /// <summary>Starts a server, or skips the test if PostgreSQL is not installed.</summary>
    public static async Task<PostgresServer> StartAsync(CancellationToken cancellationToken)
    {
        var server = new PostgresServer(FindPrograms());
        await GiveAsync(server._folder, cancellationToken);
        await RunAsUserAsync(
            server.Program("initdb"), ["-D", server.Data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"],
            cancellationToken);
        await server.StartAgainAsync(cancellationToken);
        return server;
    }

    /// <summary>Starts a replica. From then on, a commit waits until the replica has it, too.</summary>
    public async Task<PostgresServer> StartReplicaAsync(CancellationToken cancellationToken)
    {
        var replica = new PostgresServer(_programs);
        await GiveAsync(replica._folder, cancellationToken);
        await RunAsUserAsync(
            Program("pg_basebackup"), ["-h", _folder.Path, "-U", "postgres", "-D", replica.Data, "-R", "-c", "fast", "--no-sync"],
            cancellationToken);
        await replica.StartAgainAsync(cancellationToken);
        await ExecuteAsync("ALTER SYSTEM SET synchronous_standby_names = '*'", cancellationToken);
        await ExecuteAsync("SELECT pg_reload_conf()", cancellationToken);
        return replica;
    }

    /// <summary>Makes a replica the primary.</summary>
    public async Task PromoteAsync(CancellationToken cancellationToken)
    {
        await ExecuteAsync("SELECT pg_promote()", cancellationToken);
        await ExecuteAsync("ALTER SYSTEM RESET synchronous_standby_names", cancellationToken);
        await ExecuteAsync("SELECT pg_reload_conf()", cancellationToken);
    }

    /// <summary>The connection string of a database that either this server has or another one.</summary>
    public string Or(PostgresServer other, string connectionString) =>
        connectionString.Replace(_folder.Path, $"{_folder.Path},{other._folder.Path}", StringComparison.Ordinal);

    /// <summary>Creates an empty database.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"test{Interlocked.Increment(ref _databases)}");
        await ExecuteAsync($"CREATE DATABASE {name}", cancellationToken);
        return ConnectionString(name);
    }

    /// <summary>Drops a database.</summary>
    /// <param name="connectionString">The result of <see cref="CreateDatabaseAsync"/>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task DropDatabaseAsync(string connectionString, CancellationToken cancellationToken) =>
        ExecuteAsync($"DROP DATABASE {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH (FORCE)", cancellationToken);

    /// <summary>Runs a statement in a database of its own.</summary>
    public Task ExecuteAsync(string sql, CancellationToken cancellationToken) => ExecuteAsync(ConnectionString("postgres"), sql, cancellationToken);

    /// <summary>Runs a statement in a database.</summary>
    public static async Task ExecuteAsync(string connectionString, string sql, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await OpenAsync(connectionString, cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Reads one value from a database.</summary>
    public static async Task<object?> ReadAsync(string connectionString, string sql, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await OpenAsync(connectionString, cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <summary>Starts a server that has ended.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken)
    {
        // After a kill, the processes of the old server need a moment to end. Until then, a new one ends at once.
        while (!await TryStartAsync(cancellationToken))
        {
        }
    }

    /// <summary>Kills the server as a crash would.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        Signal("KILL", Processes());
        await EndAsync(cancellationToken);
    }

    /// <summary>Shuts the server down, and ends its connections.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Signal("INT", [Processes()[0]]);
        await EndAsync(cancellationToken);
    }

    /// <summary>Stops all processes, so that they do not answer.</summary>
    public void Freeze() => Signal("STOP", Processes());

    /// <summary>Lets the processes go on.</summary>
    public void Thaw() => Signal("CONT", Processes());

    public void Dispose()
    {
        if (_process is not null)
        {
            if (File.Exists(PidFile))
                Thaw();
            _process.StandardInput.Close();
            _process.WaitForExit();
            _process.Dispose();
        }

        _folder.Dispose();
    }

    private string PidFile => Path.Combine(Data, "postmaster.pid");

    private string ConnectionString(string database) => $"Host={_folder.Path};Username=postgres;Database={database}";

    private string Program(string name) => Path.Combine(_programs, name);

    private static async Task<NpgsqlConnection> OpenAsync(string connectionString, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection($"{connectionString};Pooling=false");
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    private static string FindPrograms()
    {
        IEnumerable<string> folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (Directory.Exists("/usr/lib/postgresql"))
            folders = folders.Concat(Directory.EnumerateDirectories("/usr/lib/postgresql").OrderDescending().Select(version => $"{version}/bin"));
        string? found = folders.FirstOrDefault(folder => Needed.All(program => File.Exists(Path.Combine(folder, program))));
        if (found is null && Environment.GetEnvironmentVariable("CI") != "true")
            Assert.Inconclusive(Missing);
        return found ?? throw new AssertFailedException(Missing);
    }

    private async Task<bool> TryStartAsync(CancellationToken cancellationToken)
    {
        string[] server =
        [
            Program("postgres"), "-D", Data, "-k", _folder.Path, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=300",
            "-c", "wal_level=replica", "-c", "lc_messages=C",
        ];
        var start = new ProcessStartInfo("/bin/sh", ["-c", Watch, "sh", .. AsUser(server)])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        _process = Process.Start(start)!;
        while (await _process.StandardError.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Contains("ready to accept ", StringComparison.Ordinal))
            {
                _draining = DrainAsync(_process.StandardError);
                return true;
            }

            // Clients that connect too early are told that "the database system is starting up".
            if (line.Contains("FATAL", StringComparison.Ordinal) && !line.Contains("the database system is", StringComparison.Ordinal))
                break;
        }

        await EndAsync(cancellationToken);
        return false;
    }

    private async Task EndAsync(CancellationToken cancellationToken)
    {
        _process!.StandardInput.Close();
        await _process.WaitForExitAsync(cancellationToken);
        await _draining.WaitAsync(cancellationToken);
        _process.Dispose();
        _process = null;
    }

    private static async Task DrainAsync(StreamReader reader)
    {
        try
        {
            while (await reader.ReadLineAsync() is not null)
            {
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The server has ended.
        }
    }

    /// <summary>The server's processes, the first of which has started the others.</summary>
    private int[] Processes()
    {
        int main = int.Parse(File.ReadLines(PidFile).First(), CultureInfo.InvariantCulture);
        return [main, .. Directory.EnumerateDirectories("/proc").Select(ParentOf).Where(one => one.Parent == main).Select(one => one.Id)];
    }

    private static (int Id, int Parent) ParentOf(string folder)
    {
        try
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int id))
                return default;
            string[] fields = File.ReadAllText($"{folder}/stat").Split(") ")[^1].Split(' ');
            return (id, int.Parse(fields[1], CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            // The process has ended.
            return default;
        }
    }

    private static void Signal(string signal, int[] processes)
    {
        using var kill = Process.Start(
            new ProcessStartInfo("/bin/sh", ["-c", $"kill -{signal} {string.Join(' ', processes)}"]) { RedirectStandardError = true })!;
        kill.WaitForExit();
    }

    private static Task GiveAsync(TempFolder folder, CancellationToken cancellationToken) =>
        Environment.IsPrivilegedProcess ? RunAsync("chown", ["nobody", folder.Path], cancellationToken) : Task.CompletedTask;

    // PostgreSQL refuses to run as root.
    private static string[] AsUser(string[] command) => Environment.IsPrivilegedProcess
        ? ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", .. command]
        : command;

    private static Task RunAsUserAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        string[] command = AsUser([program, .. arguments]);
        return RunAsync(command[0], command[1..], cancellationToken);
    }

    private static async Task RunAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        using Process process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        string error = await process.StandardError.ReadToEndAsync(cancellationToken);
        await output;
        await process.WaitForExitAsync(cancellationToken);
        Assert.AreEqual(0, process.ExitCode, $"{program}: {error}");
    }
}
