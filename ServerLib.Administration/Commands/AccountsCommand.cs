namespace ServerLib.Administration.Commands;

/// <summary>Lists the accounts.</summary>
internal sealed class AccountsCommand(IUserAdministration accounts, TimeProvider time) : IAdminCommand
{
    public string Name => "accounts";

    public string? Argument => null;

    public string Summary => "list the accounts, and which of them are admins or locked";

    public string Example => "accounts --json";

    public bool HasJson => true;

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var all = new List<UserAccount>();
        await foreach (UserAccount account in accounts.ListAccountsAsync(cancellationToken).ConfigureAwait(false))
            all.Add(account);
        context.Data = all;
        var table = new TextTable();
        foreach (UserAccount account in all)
        {
            string added = account.RegisteredAt is { } moment ? $"added {time.Show(moment)}" : "added at an unknown time";
            table.Add(account.Name, added, account.IsAdmin ? "admin" : "", account.IsLocked ? "locked" : "");
        }

        return await context.ListAsync(table, "there are no accounts").ConfigureAwait(false);
    }
}
