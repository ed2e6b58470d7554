using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace ServerLib.Administration.Commands;

/// <summary>Writes all accounts.</summary>
internal sealed class UserExportCommand : AdminCommand
{
    private const string About =
        """
        Writes all accounts as lines of JSON

        With --hashes, 'user import' can import the file completely. It is as secret as the database then.
        """;

    private readonly Argument<string?> _file = new("FILE")
    {
        Description = "The file to write [default: standard output]",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<bool> _hashes = new("--hashes") { Description = "Includes password hashes" };
    private readonly Option<bool> _force = new("--force") { Description = "Replaces an existing file" };

    public UserExportCommand()
        : base("user export", About, CommandPlace.ServerOrFiles)
    {
        Arguments.Add(_file);
        Options.Add(_hashes);
        Options.Add(_force);
        IsAudited = false;
    }

    public override async Task<CommandOutput> StartAsync(AdminSession session, CancellationToken cancellationToken)
    {
        if (session.Get(_file) is not { } file)
            return await WriteTextAsync(session, cancellationToken).ConfigureAwait(false);
        string path = session.Terminal.FullPath(file);
        long count = 0;
        try
        {
            await TransferTarget.WriteAsync(path, session.Get(_force), CountAsync(), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            session.Terminal.ShowProgress(null);
        }

        return await session.SendAsync(count.ToString(CultureInfo.InvariantCulture), cancellationToken).ConfigureAwait(false);

        async IAsyncEnumerable<string> CountAsync()
        {
            await foreach (string line in ReadAsync(session, cancellationToken).ConfigureAwait(false))
            {
                if (++count % 1_000 == 0)
                    session.Terminal.ShowProgress(new CommandProgress(string.Create(CultureInfo.InvariantCulture, $"{count} accounts written")));
                yield return line;
            }
        }
    }

    public override Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken)
    {
        if (!long.TryParse(request.Input, NumberStyles.None, CultureInfo.InvariantCulture, out long count))
            return Task.FromResult(request.Refuse(ExitCode.WrongUsage, "use a client that writes the file"));
        request.Data = new { accounts = count, file = request.Get(_file) };
        return Task.FromResult(request.Done($"wrote {Count.Of(count, "account")} to {request.Get(_file)}"));
    }

    private async Task<CommandOutput> WriteTextAsync(AdminSession session, CancellationToken cancellationToken)
    {
        if (session.Terminal.Output is { } output)
        {
            await foreach (string line in ReadAsync(session, cancellationToken).ConfigureAwait(false))
                await output.WriteLineAsync(TextSanitizer.Escape(line).AsMemory(), cancellationToken).ConfigureAwait(false);
            await output.FlushAsync(cancellationToken).ConfigureAwait(false);
            return new CommandOutput(ExitCode.Done, "");
        }

        List<string> lines = [];
        await foreach (string line in ReadAsync(session, cancellationToken).ConfigureAwait(false))
            lines.Add(TextSanitizer.Escape(line));
        return new CommandOutput(ExitCode.Done, string.Join('\n', lines));
    }

    private async IAsyncEnumerable<string> ReadAsync(
        AdminSession session, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? next = null;
        do
        {
            string line = UserExportPageCommand.Path + (session.Get(_hashes) ? " --hashes" : "") + (next is null ? "" : $" --after {next}");
            JsonElement data = TransferJson.DataOf(await session.SendAsync(line, null, cancellationToken).ConfigureAwait(false));
            foreach (JsonElement account in data.GetProperty("lines").EnumerateArray())
                yield return account.GetString()!;
            next = data.GetProperty("next").GetString();
        }
        while (next is not null);
    }
}
