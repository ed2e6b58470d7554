using ServerLib.Diagnostics;
using ServerLib.Protocol;

namespace ServerLib.Administration.Commands;

/// <summary>Says with which keys an account can be logged in to.</summary>
internal sealed class KeysCommand(IUserKeys accounts, TimeProvider time) : IAdminCommand
{
    public string Name => "keys";

    public string Argument => "NAME";

    public string Summary => "say with which keys a user can log in";

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (await accounts.GetKeysAsync(context.Argument, cancellationToken).ConfigureAwait(false) is not { } keys)
            return await context.NoSuchUserAsync(context.Argument).ConfigureAwait(false);
        context.Data = keys;
        if (keys.Count == 0)
            await context.WriteLineAsync($"{TextSanitizer.Escape(context.Argument)} has no keys").ConfigureAwait(false);
        int width = keys.Select(key => TextSanitizer.Escape(key.Name).Length).DefaultIfEmpty().Max();
        foreach (UserKey key in keys)
        {
            string used = key.LastUsed is { } last ? $"last used {time.Show(last)}" : "never used";
            await context.WriteLineAsync($"{TextSanitizer.Escape(key.Name).PadRight(width)}  {key.Fingerprint}  added {time.Show(key.Added)}, {used}")
                .ConfigureAwait(false);
        }

        return ExitCode.Done;
    }
}
