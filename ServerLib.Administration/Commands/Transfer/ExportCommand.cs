using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ServerLib.Administration.Export;

namespace ServerLib.Administration.Commands;

/// <summary>Writes everything that one server can take over from another.</summary>
internal sealed class ExportCommand : AdminCommand
{
    private const string About =
        """
        Writes accounts, invitations and bans to a file, for another server

        'import' reads it, also with another kind of database. The file contains password hashes, so it is as secret as the
        database.
        """;

    private readonly Argument<string> _file = new("FILE") { Description = "The file to write" };
    private readonly Option<bool> _force = new("--force") { Description = "Replaces an existing file" };

    public ExportCommand()
        : base("export", About, CommandPlace.ServerOrFiles)
    {
        Arguments.Add(_file);
        Options.Add(_force);

        // The pages are audited, because any program can read them.
        IsAudited = false;
    }

    public override async Task<CommandOutput> StartAsync(AdminSession session, CancellationToken cancellationToken)
    {
        var summary = new ExportSummary(new ExportCounts(), []);
        try
        {
            await TransferTarget.WriteAsync(
                session.Terminal.FullPath(session.Get(_file)!),
                session.Get(_force),
                ReadAsync(session, done => summary = done, cancellationToken),
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            session.Terminal.ShowProgress(null);
        }

        string input = JsonSerializer.Serialize(summary, TransferJsonContext.Default.ExportSummary);
        return await session.SendAsync(input, cancellationToken).ConfigureAwait(false);
    }

    public override Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken)
    {
        if (TransferJson.TryRead(request.Input, TransferJsonContext.Default.ExportSummary) is not { Counts: { } counts, Missing: { } missing })
            return Task.FromResult(request.Refuse(ExitCode.WrongUsage, "use a client that writes the file"));
        string file = request.Get(_file)!;
        request.Data = new { file, counts.Accounts, counts.Invitations, counts.Bans, missing };
        foreach (string part in missing)
            request.WriteLine($"the server's user database cannot export {part}, so there are none in the file");
        return Task.FromResult(request.Done($"wrote {counts} to {file}"));
    }

    private static async IAsyncEnumerable<string> ReadAsync(
        AdminSession session, Action<ExportSummary> done, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ExportCounts counts = new();
        List<string> missing = [];
        yield return new ExportLine { Header = HeaderLine.Current }.ToJson();
        foreach (IExportPart part in ExportParts.All)
        {
            string? next = null;
            do
            {
                string command = $"{ExportPageCommand.Path} {part.Name}{(next is null ? "" : $" --after {next}")}";
                JsonElement page = TransferJson.DataOf(await session.SendAsync(command, null, cancellationToken).ConfigureAwait(false));
                if (!page.GetProperty("available").GetBoolean())
                    missing.Add(part.Name);
                foreach (JsonElement element in page.GetProperty("lines").EnumerateArray())
                {
                    string line = element.GetString()!;
                    counts = counts.Add(ExportLine.Parse(System.Text.Encoding.UTF8.GetBytes(line)));
                    yield return line;
                }

                session.Terminal.ShowProgress(new CommandProgress(string.Create(CultureInfo.InvariantCulture, $"{counts} written")));
                next = page.GetProperty("next").GetString();
            }
            while (next is not null);
        }

        yield return new ExportLine { End = counts }.ToJson();
        done(new ExportSummary(counts, missing));
    }
}
