using Microsoft.Extensions.Options;

namespace ServerLib.Administration.Commands;

/// <summary>Appends what the database holds to <c>database_audit.txt</c> in the current directory.</summary>
internal sealed class AuditCommand(IUserDatabase database, IOptions<AdministrationOptions> options) : IAdminCommand
{
    private const string FileName = "database_audit.txt";

    public string Name => "audit";

    public string? Argument => null;

    public string Summary => $"append the accounts to {FileName}";

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string path = Path.Combine(options.Value.WorkingDirectory, FileName);
        FileStream file = SecretFile.OpenAppend(path);
        await using (file.ConfigureAwait(false))
        {
            long before = file.Length;
            try
            {
                await AppendAsync(file, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception)
            {
                // Half an audit would be taken for a whole one.
                file.SetLength(before);
                throw;
            }
        }

        await context.WriteLineAsync($"appended to {path}").ConfigureAwait(false);
        return ExitCode.Done;
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
