namespace ServerLib.Files;

/// <summary>Recognizes a full disk.</summary>
internal static class DiskFull
{
    private const int NoSpaceOnUnix = 28;
    private const int DiskFullOnWindows = unchecked((int)0x80070070);

    /// <summary>The reason for a failure, which begins with <c>no space</c> if the disk is full.</summary>
    public static string Describe(Exception failure) => IsCauseOf(failure) ? $"no space: {failure.Message}" : failure.Message;

    private static bool IsCauseOf(Exception? failure)
    {
        for (; failure is not null; failure = failure.InnerException)
        {
            if (failure is IOException { HResult: NoSpaceOnUnix or DiskFullOnWindows })
                return true;
        }

        return false;
    }
}
