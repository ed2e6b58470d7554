using System.Globalization;
using System.Runtime;
using ServerLib.Benchmarks.Processes;
using ServerLib.Benchmarks.Servers.App;

namespace ServerLib.Benchmarks.Servers;

/// <summary>The role <c>serve</c>: one server, which answers questions about itself on standard input.</summary>
internal static class ServerProgram
{
    public static async Task<int> RunAsync(string candidate, string[] options)
    {
        var setup = new ServerSetup(
            Enum.Parse<Mode>(ValueOf("--mode") ?? nameof(Mode.Echo), ignoreCase: true),
            options.Contains("--tls"),
            options.Contains("--full-hash"),
            ValueOf("--data"),
            int.Parse(ValueOf("--port") ?? "0", CultureInfo.InvariantCulture));
        await using IServer server = Create(candidate, setup);
        Answer(new ServerReply { Port = await server.StartAsync() });
        while (await Console.In.ReadLineAsync() is { } line)
        {
            try
            {
                Answer(Do(line.Split(' ')));
            }
            catch (Exception e)
            {
                Answer(new ServerReply { Error = e.Message });
            }
        }

        return 0;

        string? ValueOf(string option) => Array.IndexOf(options, option) is >= 0 and var index ? options[index + 1] : null;
    }

    private static IServer Create(string candidate, ServerSetup setup) => candidate switch
    {
        "bare" => new BareServer(setup, zeroByteReads: false),
        "bare-zero" => new BareServer(setup, zeroByteReads: true),
        "kestrel" => new KestrelServer(setup),
        "dotnetty" => new DotNettyServer(setup),
        "serverlib" when setup.Mode == Mode.App => new ServerLibAppServer(),
        "signalr-json" or "signalr-messagepack" => new SignalRServer(),
        "mqttnet" => new MqttNetServer(),
        "serverlib" => new ServerLibServer(setup, portable: false),
        "serverlib-postgresql" => new ServerLibServer(setup, portable: false, ServerLibServer.PostgreSql),
        "serverlib-portable" => new ServerLibServer(setup, portable: true),
        "ceiling" => new CeilingServer(setup),
        _ => throw new ArgumentException($"There is no server '{candidate}'."),
    };

    private static ServerReply Do(string[] words) => words switch
    {
        ["memory"] => Memory(),
        ["cpu"] => new ServerReply { CpuUs = Environment.CpuUsage.TotalTime.TotalMicroseconds },
        ["hash-rate", var seconds] => new ServerReply { Measured = RawCosts.HashesASecond(Number(seconds)) },
        ["rsa-cost", var recipients] => new ServerReply { Measured = RawCosts.RsaUs((int)Number(recipients)) },
        _ => throw new ArgumentException($"'{string.Join(' ', words)}' is not known."),
    };

    private static ServerReply Memory()
    {
        // Twice, because the first collection runs finalizers that free more; aggressive returns memory to the system.
        for (int i = 0; i < 2; i++)
        {
            GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return new ServerReply { Heap = GC.GetTotalMemory(forceFullCollection: true), Resident = Resident() };
    }

    private static long Resident()
    {
        string line = File.ReadLines("/proc/self/status").First(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024;
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static void Answer(ServerReply reply)
    {
        Console.Out.WriteLine(JsonLine.Write(reply));
        Console.Out.Flush();
    }
}
