using System.Globalization;

namespace ServerLib.Transport;

/// <summary>What Linux says of a thread of this process.</summary>
internal static class EpollThread
{
    /// <summary>The thread that asks; <see langword="null"/> where it can't be known.</summary>
    public static string? Current() => new FileInfo("/proc/thread-self").LinkTarget is { } path ? $"/proc/{path}" : null;

    /// <summary>Whether a thread has a processor or waits for one, rather than for something else.</summary>
    public static bool IsComputing(string? thread)
    {
        ReadOnlySpan<char> stat = Read(thread, "stat");
        return stat[(stat.LastIndexOf(')') + 1)..].TrimStart().StartsWith('R');
    }

    /// <summary>How long a thread has had a processor; where it can't be known, as if it had one all the time.</summary>
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
