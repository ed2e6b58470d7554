using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ServerLib.Cli;

/// <summary>
/// Keeps the server running in the background of a terminal (<c>serverlib &amp;</c>), where the system stops a process that reads the terminal
/// or changes its settings.
/// </summary>
internal static class JobControl
{
    private const int StandardInput = 0;
    private const int ReadStops = 21;
    private const int WriteStops = 22;
    private const nint Ignore = 1;

    /// <summary>Whether the process may read the terminal.</summary>
    public static bool IsInForeground => OperatingSystem.IsWindows() || GetForegroundGroup(StandardInput) == GetProcessGroup();

    /// <summary>Whether the process was started from a terminal, even if its input and output are redirected.</summary>
    public static bool HasTerminal
    {
        get
        {
            try
            {
                using SafeFileHandle terminal = File.OpenHandle("/dev/tty", share: FileShare.ReadWrite);
                return true;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }
    }

    /// <summary>
    /// Ignores SIGTTIN and SIGTTOU. To be called before the console is used, because the framework later restores what it finds.
    /// </summary>
    /// <remarks>
    /// A <see cref="PosixSignalRegistration"/> is not enough: with a handler, writing to the terminal is interrupted, and the framework tries
    /// again without end.
    /// </remarks>
    /// <returns>To be disposed at the end; <see langword="null"/> on systems without job control.</returns>
    public static PosixSignalRegistration? ContinueInBackground()
    {
        if (OperatingSystem.IsWindows())
            return null;
        SetHandler(ReadStops, Ignore);
        SetHandler(WriteStops, Ignore);

        // After Ctrl+Z and 'bg', the framework would change the terminal's settings, and then no longer ignore SIGTTOU.
        return PosixSignalRegistration.Create(PosixSignal.SIGCONT, static signal => signal.Cancel = !IsInForeground);
    }

    [DllImport("libc", EntryPoint = "signal")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint SetHandler(int signal, nint handler);

    [DllImport("libc", EntryPoint = "tcgetpgrp")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetForegroundGroup(int descriptor);

    [DllImport("libc", EntryPoint = "getpgrp")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetProcessGroup();
}
