namespace ServerLib.Administration.Commands;

/// <summary>Lists the accounts.</summary>
internal sealed class UserListCommand : AdminCommand
{
    public UserListCommand()
        : base("user list", "Lists the accounts, and which of them are admins or locked", CommandPlace.ServerOrFiles) => IsAudited = false;

    public override async Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken)
    {
        var all = new List<UserAccount>();
        await foreach (UserAccount account in request.Service<IUserAdministration>().ListAccountsAsync(cancellationToken).ConfigureAwait(false))
            all.Add(account);
        request.Data = all;
        var table = new AdminTable("NAME", "ROLE", "STATE", "ADDED");
        foreach (UserAccount account in all)
        {
            string added = account.RegisteredAt is { } moment ? request.Show(moment) : "unknown";
            table.Add(account.Name, account.IsAdmin ? "admin" : "", account.IsLocked ? "locked" : "", added);
        }

        return request.List(table, "there are no accounts");
    }
}
