using System.CommandLine;

namespace ServerLib.Administration.Commands;

/// <summary>Locks an account, and ends its connections.</summary>
internal sealed class UserLockCommand : AdminCommand
{
    private const string About =
        """
        Locks an account: ends its connections, and refuses its logins

        To its owner, a login to a locked account looks like a wrong password.
        """;

    private readonly Argument<string> _name = new("NAME") { Description = "The account" };

    public UserLockCommand()
        : base("user lock", About, CommandPlace.ServerOrFiles) => Arguments.Add(_name);

    public override async Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken)
    {
        string name = request.Get(_name)!;
        if (request.Caller.Is(name))
            return request.OwnAccount();
        if (!await request.Service<IUserAdministration>().SetLockedAsync(name, isLocked: true, cancellationToken).ConfigureAwait(false))
            return request.NoSuchAccount(name);
        int ended = request.EndSessions(name);
        request.Audit(AuditEvent.AccountLocked, name);
        request.Data = new { name, connectionsEnded = ended };
        return request.Done($"locked {name}{Count.EndedConnections(ended)}");
    }
}
