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

    public string Example => "history --user ada --since 7d";

    public bool HasJson => true;

    public async ValueTask<string> GetHelpAsync()
    {
        using var output = new StringWriter();
        await InvokeAsync(Parse("--help", (_, _) => Task.FromResult(ExitCode.Done), output), output, CancellationToken.None).ConfigureAwait(false);
        return $"{output.ToString().Trim()}\n\nExample: {Example}";
    }

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var report = new HistoryReport(audit, time, context.WriteLineAsync);
        using var output = new StringWriter();
        ParseResult result = Parse(
            context.Argument,
            (request, token) =>
            {
                context.AsJson |= request.AsJson;
                return report.RunAsync(request, token);
            },
            output);
        if (result.Action is not HelpAction && AdministrationCommandLine.FindProblems(result) is { Count: > 0 } problems)
        {
            await context.WriteLinesAsync(problems).ConfigureAwait(false);
            return ExitCode.WrongUsage;
        }

        int exit = await InvokeAsync(result, output, cancellationToken).ConfigureAwait(false);
        if (output.ToString().Trim() is { Length: > 0 } text)
            await context.WriteLinesAsync(text.ReplaceLineEndings("\n").Split('\n')).ConfigureAwait(false);
        context.Data = report.Data;
        return exit;
    }

    private ParseResult Parse(string arguments, Func<HistoryRequest, CancellationToken, Task<int>> run, TextWriter error) =>
        new HistoryCommandLine(run, time, error, MaxEntries, onFiles: false).Command
            .Parse(CommandLineParser.SplitCommandLine(arguments).ToArray(), new ParserConfiguration { ResponseFileTokenReplacer = null });

    private static Task<int> InvokeAsync(ParseResult result, TextWriter output, CancellationToken cancellationToken) => result.InvokeAsync(
        new InvocationConfiguration { Output = output, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, cancellationToken);
}
