namespace ServerLib.Cli;

/// <summary>
/// Standard input, output and error, if the program was started with them. If one was closed, the system gives its number to the next file
/// that the process opens. Using the console would then read or write that file, which may be the database.
/// </summary>
internal static class StandardStreams
{
    private const int CloseOnExec = 0x80000;

    public static TextReader In
    {
        get
        {
            if (!IsInherited(0))
                return TextReader.Null;
            return System.Console.IsInputRedirected
                ? System.Console.In
                : new ForegroundReader(() => System.Console.In, () => JobControl.IsInForeground);
        }
    }

    public static TextWriter Out => IsInherited(1) ? System.Console.Out : TextWriter.Null;

    public static TextWriter Error => IsInherited(2) ? System.Console.Error : TextWriter.Null;

    /// <summary>Files that the process has opened itself are marked to be closed in child processes; inherited ones cannot be.</summary>
    private static bool IsInherited(int descriptor)
    {
        if (!OperatingSystem.IsLinux())
            return true;
        try
        {
            return !HasCloseOnExec(File.ReadLines($"/proc/self/fdinfo/{descriptor}"));
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // There is no /proc. Usually, the streams are inherited.
            return true;
        }
    }

    internal static bool HasCloseOnExec(IEnumerable<string> info)
    {
        string? flags = info.FirstOrDefault(line => line.StartsWith("flags:", StringComparison.Ordinal));
        return flags is not null && (Convert.ToInt32(flags[6..].Trim(), 8) & CloseOnExec) != 0;
    }
}
