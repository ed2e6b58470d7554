using System.ComponentModel;
using System.Diagnostics;
using System.Net;

namespace ServerLib.Tests.Endpoints;

/// <summary>A real haproxy in front of a server, with a port for each version of the PROXY protocol.</summary>
internal sealed class Haproxy : IDisposable
{
    private readonly Process _process;

    private Haproxy(Process process) => _process = process;

    /// <summary>The end point behind which haproxy sends headers of version 1.</summary>
    public static IPEndPoint TextFront { get; } = new(OwnAddress(), 8001);

    /// <summary>The same for version 2.</summary>
    public static IPEndPoint BinaryFront { get; } = new(OwnAddress(), 8002);

    /// <summary>Starts haproxy, or skips the test if it is not installed.</summary>
    public static Haproxy Start(IPEndPoint server, TempFolder folder)
    {
        string configuration = folder.File("haproxy.cfg");
        File.WriteAllText(configuration, $"""
            global
              log stdout format raw local0
            defaults
              mode tcp
              log global
              option log-health-checks
              timeout connect 10s
              timeout client 1m
              timeout server 1m
            listen text
              bind {TextFront}
              server s {server} send-proxy check inter 100ms
            listen binary
              bind {BinaryFront}
              server s {server} send-proxy-v2 check inter 100ms

            """);
        try
        {
            return new Haproxy(Process.Start(new ProcessStartInfo("haproxy", ["-db", "-f", configuration]) { RedirectStandardOutput = true })!);
        }
        catch (Win32Exception) when (Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Inconclusive("There is no haproxy here. Install the package haproxy.");
            throw;
        }
    }

    /// <summary>Waits until the health checks of both kinds have passed.</summary>
    public async Task WaitForChecksAsync(CancellationToken cancellationToken)
    {
        for (int passed = 0; passed < 2;)
        {
            string line = await _process.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new EndOfStreamException("haproxy has ended.");
            if (line.Contains("succeeded", StringComparison.Ordinal))
                passed++;
        }
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>An address of this machine that no other test process uses.</summary>
    private static IPAddress OwnAddress()
    {
        int process = Environment.ProcessId;
        return new IPAddress([127, (byte)(64 + (process >> 16)), (byte)(process >> 8), (byte)process]);
    }
}
