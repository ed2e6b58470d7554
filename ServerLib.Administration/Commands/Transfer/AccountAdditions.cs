using Microsoft.Extensions.Options;

namespace ServerLib.Administration.Commands;

/// <summary>Adds the accounts of an import.</summary>
internal static class AccountAdditions
{
    /// <summary>Adds accounts, and writes to the audit trail what was added.</summary>
    /// <param name="request">The command that adds them.</param>
    /// <param name="command">The name of the command for the audit trail.</param>
    /// <param name="accounts">The accounts.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A result for each account.</returns>
    public static async Task<IReadOnlyList<AccountAddition>> AddAsync(
        AdminRequest request, string command, IReadOnlyList<AccountRecord> accounts, CancellationToken cancellationToken)
    {
        ServerOptions options = request.Service<IOptions<ServerOptions>>().Value;
        string?[] problems = [.. accounts.Select(account => FindProblem(account, options))];
        AccountRecord[] good = [.. accounts.Where((_, i) => problems[i] is null)];
        IReadOnlyList<AccountAddition> additions = await request.Service<IAccountTransfer>().AddAccountsAsync(good, cancellationToken)
            .ConfigureAwait(false);
        Audit(request, command, [.. good.Where((_, i) => additions[i].IsAdded)]);
        var added = new Queue<AccountAddition>(additions);
        return [.. problems.Select(problem => problem is null ? added.Dequeue() : new AccountAddition(false, problem.TrimEnd('.')))];
    }

    private static void Audit(AdminRequest request, string command, AccountRecord[] added)
    {
        if (added.Length == 0)
            return;
        request.Audit(AuditEvent.AdminCommand, "", $"{command}: {Count.Of(added.Length, "account")} added, the first one {added[0].Name}");
        foreach (AccountRecord admin in added.Where(account => account.IsAdmin))
            request.Audit(AuditEvent.RoleChanged, admin.Name, "grant admin");
    }

    private static string? FindProblem(AccountRecord account, ServerOptions options) =>
        Authenticator.FindNameProblem(account.Name, options) ?? (account.IsAdmin ? Roles.FindAdminProblem(account.Name) : null);
}
