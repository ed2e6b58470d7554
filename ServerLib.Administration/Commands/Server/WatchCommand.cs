using System.CommandLine;

namespace ServerLib.Administration.Commands;

/// <summary>Shows the traffic of the server: live on a terminal, or one snapshot.</summary>
internal sealed class WatchCommand : AdminCommand
{
    private const int Top = 10;

    private readonly Option<bool> _once = new("--once") { Description = "Prints one snapshot and ends" };

    private readonly Option<int> _seconds = new("--seconds")
    {
        Description = $"How many seconds the samples in the JSON of a snapshot cover, at most {TrafficSummary.MaxSeconds}",
        HelpName = "N",
        DefaultValueFactory = _ => TrafficSummary.Minute,
    };

    public WatchCommand()
        : base("watch", "Shows connections, logins, messages and bytes over the last minutes, live on a terminal")
    {
        IsAudited = false;
        Options.Add(_once);
        Options.Add(_seconds);
        _seconds.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, out int seconds) && seconds is < 1 or > TrafficSummary.MaxSeconds)
                result.AddError($"--seconds takes a number from 1 to {TrafficSummary.MaxSeconds}");
        });
    }

    public override async Task<CommandOutput> StartAsync(AdminSession session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        bool isShown = !session.Get(_once)
            && await session.Terminal.WatchAsync((seconds, token) => ReadAsync(session, seconds, token), session.AsJson, cancellationToken)
                .ConfigureAwait(false);
        return isShown ? new CommandOutput(ExitCode.Done, "") : await session.SendAsync(input: null, cancellationToken).ConfigureAwait(false);
    }

    public override Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken)
    {
        TrafficReport report = request.Service<IServerControl>().GetTraffic(top: Top);
        request.Data = TrafficJson.From(report, request.Get(_seconds));
        int exit = request.List(TrafficSummary.Table(report.Samples), "there is no traffic yet; the server has just started");
        foreach (string line in TrafficSummary.Lines(report))
            request.WriteLine(line);
        return Task.FromResult(exit);
    }

    private static async Task<TrafficReport> ReadAsync(AdminSession session, int seconds, CancellationToken cancellationToken)
    {
        CommandOutput output = await session.SendAsync($"watch --once --json --seconds {seconds}", input: null, cancellationToken).ConfigureAwait(false);
        return output is { Exit: ExitCode.Done, Data: { } data }
            ? TrafficJson.ToReport(data)
            : throw new AdminCommandException(ExitCode.CouldNotRun, output.Text);
    }
}
