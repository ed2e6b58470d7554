using ServerLib.Auditing;

namespace ServerLib.Cli.History;

/// <summary>The program when it shows the audit trail's files.</summary>
internal static class HistoryProgram
{
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(
        HistoryRequest request, Surroundings surroundings, HostConsole console, CancellationToken cancellationToken)
    {
        string folder = HostConfiguration.DataFolder(new CommandLine.Arguments(Named(request.DataFolder), ConfigFile: null), surroundings);
        if (IsMissing(Path.Combine(folder, AuditTrail.FileName)))
        {
            console.PrintError($"there is no history in {folder}; --data names the server's data folder");
            return ExitCode.NotFound;
        }

        try
        {
            AuditCopy copy = AuditCopy.Make(folder);
            await using (copy.ConfigureAwait(false))
            {
                // Not by way of the console, which loses lines rather than wait.
                var report = new HistoryReport(copy.Reader, TimeProvider.System, line => new(surroundings.Out.WriteLineAsync(line)));
                return await report.RunAsync(request, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (ServerLibException e)
        {
            console.PrintError(PlainCause.Of(e));
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

    private static KeyValuePair<string, string?>[] Named(string? folder) =>
        folder is null ? [] : [new($"{ServerOptions.SectionName}:{nameof(ServerOptions.DataDirectory)}", folder)];
}
