namespace ServerLib.Cli;

/// <summary>
/// Standard input, output and error, where the program was started with them. Where one was closed, its number goes to the next
/// file that the process opens, maybe the database, and whoever used the console then would read or write that file.
/// </summary>
internal static class StandardStreams
{
    private const int CloseOnExec = 0x80000;

    public static TextReader In => IsInherited(0) ? System.Console.In : TextReader.Null;

    public static TextWriter Out => IsInherited(1) ? System.Console.Out : TextWriter.Null;

    public static TextWriter Error => IsInherited(2) ? System.Console.Error : TextWriter.Null;

    /// <summary>What the process opened itself is marked to be closed in child processes; what it was started with can't be.</summary>
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
            // No /proc here: the usual case is the likely one.
            return true;
        }
    }

    internal static bool HasCloseOnExec(IEnumerable<string> info)
    {
        string? flags = info.FirstOrDefault(line => line.StartsWith("flags:", StringComparison.Ordinal));
        return flags is not null && (Convert.ToInt32(flags[6..].Trim(), 8) & CloseOnExec) != 0;
    }
}
