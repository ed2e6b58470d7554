using ServerLib.Protocol;

namespace ServerLib.Administration.Commands;

/// <summary>What the commands on accounts have in common to say.</summary>
internal static class AccountAnswers
{
    public static ValueTask<int> NoSuchAccountAsync(this CommandContext context, string name) =>
        context.RefuseAsync(ExitCode.NotFound, $"there is no account {TextSanitizer.Escape(name)}");

    public static ValueTask<int> NoSuchUserAsync(this CommandContext context, string name) =>
        context.RefuseAsync(ExitCode.NotFound, $"there is no user {TextSanitizer.Escape(name)}");

    /// <summary>An admin who is connected must not shut himself out.</summary>
    public static ValueTask<int> ThatIsYouAsync(this CommandContext context) => context.RefuseAsync(ExitCode.WrongUsage, "that would be you");

    public static ValueTask<int> BusyAsync(this CommandContext context) =>
        context.RefuseAsync(ExitCode.CouldNotRun, "the server is busy; try again");

    /// <summary>How many connections were ended, where any were.</summary>
    public static string Ended(int connections) => connections switch
    {
        0 => "",
        1 => "; 1 connection ended",
        _ => $"; {connections} connections ended",
    };
}
