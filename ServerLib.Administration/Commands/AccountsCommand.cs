using ServerLib.Diagnostics;
using ServerLib.Protocol;

namespace ServerLib.Administration.Commands;

/// <summary>Lists the accounts.</summary>
internal sealed class AccountsCommand(IUserAdministration accounts, TimeProvider time) : IAdminCommand
{
    public string Name => "accounts";

    public string? Argument => null;

    public string Summary => "list the accounts, which are admins' and which are locked";

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var all = new List<UserAccount>();
        await foreach (UserAccount account in accounts.ListAccountsAsync(cancellationToken).ConfigureAwait(false))
            all.Add(account);
        context.Data = all;
        int width = all.Select(account => TextSanitizer.Escape(account.Name).Length).DefaultIfEmpty().Max();
        foreach (UserAccount account in all)
        {
            string roles = (account.IsAdmin ? "  admin" : "") + (account.IsLocked ? "  locked" : "");
            await context.WriteLineAsync($"{TextSanitizer.Escape(account.Name).PadRight(width)}  {Added(account)}{roles}").ConfigureAwait(false);
        }

        if (all.Count == 0)
            await context.WriteLineAsync("there are no accounts").ConfigureAwait(false);
        return ExitCode.Done;
    }

    private string Added(UserAccount account) => account.RegisteredAt is { } moment
        ? $"added {time.Show(moment)}"
        : "added earlier".PadRight("added 2026-11-25 18:30:00 +01:00".Length);
}
