using System.CommandLine;
using System.CommandLine.Parsing;
using ServerLib.Host.History;

namespace ServerLib.Host;

/// <summary>Shows and verifies the audit trail.</summary>
internal sealed class HistoryCommand(AuditTrail audit, TimeProvider time) : IAdminCommand
{
    /// <summary>More than this are for the command line, where they are in nobody's way.</summary>
    private const int MaxEntries = 10_000;

    public string Name => "history";

    public string Argument => "[FILTERS...]";

    public string Summary => "show the audit trail (--user, --since, --failed ...); 'history verify' verifies it";

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var report = new HistoryReport(audit.Reader, time, context.WriteLineAsync);
        var commandLine = new HistoryCommandLine(report.RunAsync, time, MaxEntries, onFiles: false);
        ParseResult result = commandLine.Command.Parse(CommandLineParser.SplitCommandLine(context.Argument).ToArray(), ArgumentCheck.Parsing);
        try
        {
            ArgumentCheck.Run(result);
            var invocation = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            int exit = await result.InvokeAsync(invocation, cancellationToken).ConfigureAwait(false);
            context.Data = report.Data;
            return exit;
        }
        catch (WrongUsageException e)
        {
            foreach (string problem in e.Problems)
                await context.WriteLineAsync(problem).ConfigureAwait(false);
            return ExitCode.WrongUsage;
        }
    }
}
