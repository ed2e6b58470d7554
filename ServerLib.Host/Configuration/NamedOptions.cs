using ServerLib.Administration;

namespace ServerLib.Cli;

/// <summary>
/// The arguments <c>--ServerLib:NAME VALUE</c> and <c>--ServerLib:NAME=VALUE</c>, and the same for <c>--ConnectionStrings:ServerLib</c>.
/// </summary>
internal static class NamedOptions
{
    private const string Prefix = $"--{ServerOptions.SectionName}:";

    /// <summary>Adds such arguments to <paramref name="values"/>.</summary>
    /// <returns>The other arguments.</returns>
    /// <exception cref="WrongUsageException">An option has no value.</exception>
    public static List<string> TakeOut(string[] args, List<KeyValuePair<string, string?>> values)
    {
        var others = new List<string>();
        for (int i = 0; i < args.Length; i++)
        {
            if (!args[i].StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && !IsConnectionString(args[i]))
            {
                others.Add(args[i]);
                continue;
            }

            string[] parts = args[i][2..].Split('=', 2);
            if (parts.Length == 1 && (i + 1 == args.Length || args[i + 1].StartsWith("--", StringComparison.Ordinal)))
                throw new WrongUsageException($"{args[i]} needs a value: {args[i]} VALUE or {args[i]}=VALUE");
            values.Add(new(parts[0], parts.Length == 2 ? parts[1] : args[++i]));
        }

        return others;
    }

    private static bool IsConnectionString(string argument) =>
        argument.Split('=', 2)[0].Equals($"--{ProgramOptions.ConnectionString}", StringComparison.OrdinalIgnoreCase);
}
