using Microsoft.Extensions.Options;

namespace ServerLib.Administration.Commands;

/// <summary>
/// Opens the audit trail: that of the running server, that in the store of the application, or a copy of its files, which stay unchanged as
/// evidence.
/// </summary>
internal static class HistorySource
{
    /// <summary>Reads the trail.</summary>
    /// <exception cref="AdminCommandException">There is no audit trail, or it cannot be read.</exception>
    public static async Task<T> ReadAsync<T>(AdminRequest request, Func<IAuditReader, Task<T>> read)
    {
        if (request.IsServerRunning)
            return await read(request.Service<AuditTrail>()).ConfigureAwait(false);
        try
        {
            return request.FindService<IAuditStore>() is { } store
                ? await read(new AuditReader(store)).ConfigureAwait(false)
                : await ReadFilesAsync(request, read).ConfigureAwait(false);
        }
        catch (ServerLibException e)
        {
            throw new AdminCommandException(ExitCode.CouldNotRun, e.Message);
        }
    }

    private static async Task<T> ReadFilesAsync<T>(AdminRequest request, Func<IAuditReader, Task<T>> read)
    {
        string folder = request.Service<IOptions<ServerOptions>>().Value.DataDirectory;
        if (IsMissing(Path.Combine(folder, AuditTrail.FileName)))
        {
            throw new AdminCommandException(
                ExitCode.NotApplicable, $"there is no audit trail in {folder}; give the server's data folder with --data");
        }

        AuditTrailCopy copy = AuditTrailCopy.Create(folder);
        await using (copy.ConfigureAwait(false))
            return await read(copy).ConfigureAwait(false);
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
