using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using ServerLib.Administration.History;

namespace ServerLib.Administration.Commands;

/// <summary>Shows and verifies the audit trail.</summary>
internal sealed class HistoryCommand(AuditTrail audit, TimeProvider time) : IAdminCommand
{
    /// <summary>The running server reads at most this many. The command line reads more, from a copy of the files.</summary>
    private const int MaxEntries = 10_000;

    public string Name => "history";

    public string Argument => "[FILTERS...]";

    public string Summary => "show the audit trail; 'history --help' lists the filters, 'history verify' checks that nothing was changed";

    public async ValueTask<string?> GetHelpAsync()
    {
        using var help = new StringWriter();
        await InvokeAsync(Parse("--help", (_, _) => Task.FromResult(ExitCode.Done)), help, CancellationToken.None).ConfigureAwait(false);
        return help.ToString().Trim();
    }

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var report = new HistoryReport(audit, time, context.WriteLineAsync);
        ParseResult result = Parse(context.Argument, (request, token) =>
        {
            context.AsJson |= request.AsJson;
            return report.RunAsync(request, token);
        });
        try
        {
            if (result.Action is not HelpAction)
                ArgumentCheck.Run(result);
            using var help = new StringWriter();
            int exit = await InvokeAsync(result, help, cancellationToken).ConfigureAwait(false);
            if (help.ToString().Trim() is { Length: > 0 } text)
                await context.WriteLinesAsync(text.ReplaceLineEndings("\n").Split('\n')).ConfigureAwait(false);
            context.Data = report.Data;
            return exit;
        }
        catch (WrongUsageException e)
        {
            await context.WriteLinesAsync(e.Problems).ConfigureAwait(false);
            return ExitCode.WrongUsage;
        }
    }

    private ParseResult Parse(string arguments, Func<HistoryRequest, CancellationToken, Task<int>> run) =>
        new HistoryCommandLine(run, time, MaxEntries, onFiles: false).Command
            .Parse(CommandLineParser.SplitCommandLine(arguments).ToArray(), ArgumentCheck.Parsing);

    private static Task<int> InvokeAsync(ParseResult result, TextWriter help, CancellationToken cancellationToken) => result.InvokeAsync(
        new InvocationConfiguration { Output = help, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, cancellationToken);
}
