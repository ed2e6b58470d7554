namespace ServerLib.Administration.History;

/// <summary>Shows or verifies the audit trail in a data folder.</summary>
internal static class HistoryFiles
{
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(
        HistoryRequest request, string folder, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        if (IsMissing(Path.Combine(folder, AuditTrail.FileName)))
        {
            await error.WriteLineAsync(
                $"there is no audit trail in {TextSanitizer.Escape(folder)}; give the server's data folder with --data").ConfigureAwait(false);
            return ExitCode.NotFound;
        }

        try
        {
            AuditTrailCopy copy = AuditTrailCopy.Create(folder);
            await using (copy.ConfigureAwait(false))
            {
                var report = new HistoryReport(copy, TimeProvider.System, line => new(output.WriteLineAsync(line)));
                return await report.RunAsync(request, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (ServerLibException e)
        {
            await error.WriteLineAsync(TextSanitizer.Escape(e.Message)).ConfigureAwait(false);
            return ExitCode.CouldNotRun;
        }
    }

    /// <summary><see cref="File.Exists"/> is also false if this process has no permission to look into the folder.</summary>
    private static bool IsMissing(string file)
    {
        try
        {
            _ = File.GetAttributes(file);
            return false;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
