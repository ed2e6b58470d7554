using ServerLib.Diagnostics;

namespace ServerLib.Host;

/// <summary>What the commands on accounts have in common to say.</summary>
internal static class AccountAnswers
{
    public static async ValueTask<int> NoSuchAccountAsync(this CommandContext context, string name)
    {
        await context.WriteLineAsync($"there is no account {PrintableText.Escape(name)}").ConfigureAwait(false);
        return ExitCode.NotFound;
    }

    public static async ValueTask<int> BusyAsync(this CommandContext context)
    {
        await context.WriteLineAsync("the server is busy; try again").ConfigureAwait(false);
        return ExitCode.CouldNotRun;
    }

    /// <summary>How many connections were ended, where any were.</summary>
    public static string Ended(int connections) => connections switch
    {
        0 => "",
        1 => "; 1 connection ended",
        _ => $"; {connections} connections ended",
    };
}
