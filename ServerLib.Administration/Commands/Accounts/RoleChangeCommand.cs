using System.CommandLine;

namespace ServerLib.Administration.Commands;

/// <summary>Grants or revokes the role of an admin.</summary>
internal sealed class RoleChangeCommand : AdminCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "The account" };
    private readonly Argument<string> _role = new Argument<string>("ROLE") { Description = "The role" }.AcceptOnlyFromAmong(Roles.Admin);
    private readonly bool _isAdmin;

    private RoleChangeCommand(string path, string description, bool isAdmin)
        : base(path, description, CommandPlace.ServerOrFiles)
    {
        Arguments.Add(_name);
        Arguments.Add(_role);
        _isAdmin = isAdmin;
    }

    public static RoleChangeCommand Grant() =>
        new("role grant", "Makes an account an admin, who can run these commands over a connection (in the chat: /admin)", isAdmin: true);

    public static RoleChangeCommand Revoke() => new("role revoke", "Takes the role of an admin away, with immediate effect", isAdmin: false);

    public override async Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken)
    {
        string name = request.Get(_name)!;
        if (!_isAdmin && request.Caller.Is(name))
            return request.OwnAccount();
        if (_isAdmin && Roles.FindAdminProblem(name) is { } problem)
            return request.Refuse(ExitCode.WrongUsage, problem);
        IUserAdministration accounts = request.Service<IUserAdministration>();
        if (await accounts.FindAccountAsync(name, cancellationToken).ConfigureAwait(false) is { } account && account.IsAdmin == _isAdmin)
            return request.Done($"{name} is {(_isAdmin ? "already" : "not")} an admin");
        if (!await accounts.SetAdminAsync(name, _isAdmin, cancellationToken).ConfigureAwait(false))
            return request.NoSuchAccount(name);
        foreach (Connection connection in request.IsServerRunning ? request.Service<IConnectionLedger>().Find(name) : [])
            connection.User = Roles.Change(connection.User, _isAdmin);
        request.Audit(AuditEvent.RoleChanged, name, $"{Name} admin");
        return request.Done($"{name} is {(_isAdmin ? "now" : "no longer")} an admin");
    }
}
