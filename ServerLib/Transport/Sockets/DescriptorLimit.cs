using System.Runtime.InteropServices;

namespace ServerLib.Transport;

/// <summary>The limit on open files and sockets of this process. It can be too low for the configured number of connections.</summary>
internal static partial class DescriptorLimit
{
    /// <summary>The descriptors that the server needs besides its connections: files, event loops, and connections that it refuses.</summary>
    public const int Reserve = 256;

    /// <summary>The limit; <see langword="null"/> if there is none, or the system does not report it.</summary>
    public static ulong? Current
    {
        get
        {
            int resource = OperatingSystem.IsLinux() ? 7 : 8;
            if ((!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS()) || GetLimit(resource, out Limit limit) != 0)
                return null;

            // No limit is reported as the largest number; on macOS as the largest signed number.
            return limit.Soft >= nuint.MaxValue >> 1 ? null : limit.Soft;
        }
    }

    /// <summary>Whether a limit is too low for a number of connections.</summary>
    public static bool IsTooLow(ulong? allowed, int maxConnections, out long needed)
    {
        needed = (long)maxConnections + Reserve;
        return allowed < (ulong)needed;
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out Limit limit);

    // On all systems that .NET supports, rlim_t has the size of an address.
    private struct Limit
    {
        public nuint Soft;
        public nuint Hard;
    }
}
