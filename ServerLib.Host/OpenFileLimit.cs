using System.Globalization;
using System.Runtime.InteropServices;

namespace ServerLib.Cli;

/// <summary>
/// The limit of open files of this process. Below the minimum, the runtime cannot load the program's own assemblies, and fails with errors
/// that do not name the cause.
/// </summary>
internal static class OpenFileLimit
{
    /// <summary>What the program needs to start; a server without connections has about 160 open files.</summary>
    private const ulong Minimum = 256;

    /// <summary>The limit; <see langword="null"/> if the system does not report it.</summary>
    public static ulong? Current
    {
        get
        {
            int resource = OperatingSystem.IsLinux() ? 7 : 8;
            return (OperatingSystem.IsLinux() || OperatingSystem.IsMacOS()) && GetLimit(resource, out Limit limit) == 0 ? limit.Soft : null;
        }
    }

    /// <summary>Says that a limit is too low, and what to do; <see langword="null"/> if it is not.</summary>
    public static string? FindProblem(ulong? limit) => limit < Minimum
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"This process may open {limit} files, and serverlib needs {Minimum} or more, plus one for each connection. "
            + $"Raise the limit: 'ulimit -n 16384' in a shell, or LimitNOFILE=16384 in a systemd service.")
        : null;

    [DllImport("libc", EntryPoint = "getrlimit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetLimit(int resource, out Limit limit);

    // On all systems that .NET supports, rlim_t has the size of an address.
    private struct Limit
    {
        public nuint Soft;
        public nuint Hard;
    }
}
