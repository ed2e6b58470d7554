using System.Globalization;

namespace ServerLib.Transport;

/// <summary>What Linux reports about a thread of this process.</summary>
internal static class EpollThread
{
    /// <summary>The current thread; <see langword="null"/> if the system does not tell.</summary>
    public static string? Current() => new FileInfo("/proc/thread-self").LinkTarget is { } path ? $"/proc/{path}" : null;

    /// <summary>Whether a thread runs or waits for a processor, and not for anything else.</summary>
    public static bool IsComputing(string? thread)
    {
        ReadOnlySpan<char> stat = Read(thread, "stat");
        return stat[(stat.LastIndexOf(')') + 1)..].TrimStart().StartsWith('R');
    }

    /// <summary>A thread's processor time. If the system does not tell, the elapsed time.</summary>
    public static TimeSpan ProcessorTime(string? thread)
    {
        string stat = Read(thread, "schedstat");
        return long.TryParse(stat.Split(' ')[0], CultureInfo.InvariantCulture, out long nanoseconds)
            ? TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick)
            : TimeSpan.FromMilliseconds(Environment.TickCount64);
    }

    private static string Read(string? thread, string file)
    {
        try
        {
            return thread is null ? "" : File.ReadAllText($"{thread}/{file}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
