namespace ServerLib.Administration.History;

/// <summary>The program when it shows the audit trail's files.</summary>
internal static class HistoryProgram
{
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(
        HistoryRequest request, string folder, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        if (IsMissing(Path.Combine(folder, AuditTrail.FileName)))
        {
            await error.WriteLineAsync($"there is no history in {folder}; --data names the server's data folder").ConfigureAwait(false);
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
            await error.WriteLineAsync(PlainCause.Of(e)).ConfigureAwait(false);
            return ExitCode.CouldNotRun;
        }
    }

    /// <summary><see cref="File.Exists"/> is also false of what may not be looked at, as another user's data folder.</summary>
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
