using System.Globalization;
using System.Runtime.InteropServices;

namespace ServerLib.Benchmarks.Load;

/// <summary>The machine of the measurement.</summary>
internal static class Machine
{
    public static string Describe(LoadOptions options)
    {
        string cpu = RuntimeInformation.ProcessArchitecture.ToString();
        double load = 0;
        try
        {
            cpu = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
                ?.Split(": ")[^1] ?? cpu;
            load = double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            // Reported without it.
        }

        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} cores, {cpu}; {RuntimeInformation.OSDescription}; {RuntimeInformation.FrameworkDescription}; ")
            + string.Create(
                CultureInfo.InvariantCulture,
                $"{options.Rounds} rounds of {options.Seconds:0.0} s; no pinning; load average at the start {load:0.0}");
        return load > 0.5 ? text + " (others were at work on this machine: expect a large spread)" : text;
    }
}
