using System.Runtime.InteropServices;

namespace ServerLib.Transport;

/// <summary>How many files and sockets this process may have open, which can be less than the connections it is to serve.</summary>
internal static partial class DescriptorLimit
{
    /// <summary>What the server needs besides its connections: files, event loops, those that it is about to refuse.</summary>
    public const int Besides = 256;

    /// <summary>How many this process may have open; <see langword="null"/> where there is no limit, or it can't be asked.</summary>
    public static ulong? Current
    {
        get
        {
            int resource = OperatingSystem.IsLinux() ? 7 : 8;
            if ((!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS()) || GetLimit(resource, out Limit limit) != 0)
                return null;

            // Without a limit it is the largest number there is; on macOS the largest with a sign.
            return limit.Soft >= nuint.MaxValue >> 1 ? null : limit.Soft;
        }
    }

    /// <summary>Whether <paramref name="allowed"/> are too few for so many connections.</summary>
    public static bool IsTooLow(ulong? allowed, int maxConnections, out long needed)
    {
        needed = (long)maxConnections + Besides;
        return allowed < (ulong)needed;
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out Limit limit);

    // rlim_t has as many bits as an address, wherever .NET runs.
    private struct Limit
    {
        public nuint Soft;
        public nuint Hard;
    }
}
