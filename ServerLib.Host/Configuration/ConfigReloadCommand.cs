using ServerLib.Administration;

namespace ServerLib.Cli;

/// <summary>Reloads the configuration of the running server.</summary>
internal sealed class ConfigReloadCommand : AdminCommand
{
    private const string About =
        """
        Reloads the configuration of the running server

        What can change at run time changes together or not at all. Options that need a restart are named.
        """;

    public ConfigReloadCommand()
        : base("config reload", About)
    {
    }

    public override async Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken)
    {
        OptionsReloadResult result = await request.Service<ConfigurationReload>()
            .RunAsync(request.Caller.Name, request.Caller.Address, cancellationToken).ConfigureAwait(false);
        request.Data = new { changed = result.Changed, needRestart = result.NeedRestart, problems = result.Problems };
        if (result.Problems.Count > 0)
        {
            foreach (string problem in result.Problems)
                request.WriteLine($"error: {problem}");
            return request.Refuse(ExitCode.WrongUsage, "nothing was changed");
        }

        if (result.NeedRestart.Count > 0)
            request.WriteLine($"these options need a restart: {string.Join(", ", result.NeedRestart)}");
        return request.Done(result.Changed.Count > 0 ? $"changed: {string.Join(", ", result.Changed)}" : "no option has changed");
    }
}
