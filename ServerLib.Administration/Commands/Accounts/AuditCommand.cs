using Microsoft.Extensions.Options;

namespace ServerLib.Administration.Commands;

/// <summary>Appends the accounts to <c>database_audit.txt</c> in the working directory.</summary>
internal sealed class AuditCommand : AdminCommand
{
    private const string FileName = "database_audit.txt";

    public AuditCommand()
        : base("audit", $"Appends the accounts, without password hashes, to {FileName} in the server's working directory", CommandPlace.ServerOrFiles)
    {
    }

    public override async Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken)
    {
        if (request.Caller.IsRemote)
            return request.Refuse(ExitCode.WrongUsage, "the server writes no files for an admin's connection; use its console or the command line");
        string path = Path.Combine(request.Service<IOptions<AdministrationOptions>>().Value.WorkingDirectory, FileName);
        FileStream file = SecretFile.OpenAppend(path);
        await using (file.ConfigureAwait(false))
        {
            long length = file.Length;
            try
            {
                await AppendAsync(request.Service<IUserDatabase>(), file, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception)
            {
                // An incomplete audit would look like a complete one.
                file.SetLength(length);
                throw;
            }
        }

        request.Data = new { file = path };
        return request.Done($"appended the accounts to {path}");
    }

    private static async Task AppendAsync(IUserDatabase database, FileStream file, CancellationToken cancellationToken)
    {
        var buffer = new BufferedStream(file, 64 * 1024);
        for (int i = 0; i < 4; i++)
            buffer.Write("====\n"u8);
        await database.AuditAsync(buffer, cancellationToken).ConfigureAwait(false);
        buffer.Write("\n"u8);
        for (int i = 0; i < 3; i++)
            buffer.Write("****\n"u8);
        await buffer.FlushAsync(cancellationToken).ConfigureAwait(false);
    }
}
