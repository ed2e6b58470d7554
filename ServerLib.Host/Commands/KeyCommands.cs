using ServerLib.Diagnostics;

namespace ServerLib.Host;

/// <summary>What the commands about keys have in common.</summary>
internal static class KeyCommands
{
    /// <exception cref="ServerLibException">There are no keys in that database.</exception>
    public static IUserKeys KeysOf(IUserDatabase database) =>
        database as IUserKeys ?? throw new ServerLibException("this user database has no keys");

    public static async ValueTask<int> NoSuchUserAsync(CommandContext context, string name)
    {
        await context.WriteLineAsync($"there is no user {PrintableText.Escape(name)}").ConfigureAwait(false);
        return ExitCode.NotFound;
    }

    /// <summary>Parts an argument into words; the last one is all the rest.</summary>
    public static string[] Words(string argument, int count) =>
        argument.Split((char[]?)null, count, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
