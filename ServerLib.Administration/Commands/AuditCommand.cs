using Microsoft.Extensions.Options;

namespace ServerLib.Administration.Commands;

/// <summary>Appends the accounts to <c>database_audit.txt</c> in the working directory.</summary>
internal sealed class AuditCommand(IUserDatabase database, IOptions<AdministrationOptions> options) : IAdminCommand
{
    private const string FileName = "database_audit.txt";

    public string Name => "audit";

    public string? Argument => null;

    public string Summary => $"append the accounts, without password hashes, to {FileName}";

    public string Example => "audit";

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string path = Path.Combine(options.Value.WorkingDirectory, FileName);
        FileStream file = SecretFile.OpenAppend(path);
        await using (file.ConfigureAwait(false))
        {
            long length = file.Length;
            try
            {
                await AppendAsync(file, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception)
            {
                // An incomplete audit would look like a complete one.
                file.SetLength(length);
                throw;
            }
        }

        return await context.DoneAsync($"appended the accounts to {path}").ConfigureAwait(false);
    }

    private async Task AppendAsync(FileStream file, CancellationToken cancellationToken)
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
