using System.CommandLine;
using Microsoft.Extensions.Options;

namespace ServerLib.Administration.Commands;

/// <summary>Adds an account.</summary>
internal sealed class UserAddCommand : AdminCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "The user's name" };
    private readonly Option<string?> _role = new Option<string?>("--role") { Description = "The account's role", HelpName = "ROLE" }.AcceptOnlyFromAmong(Roles.Admin);
    private readonly PasswordSource _password = new();

    public UserAddCommand()
        : base("user add", "Adds an account", CommandPlace.ServerOrFiles)
    {
        Arguments.Add(_name);
        Options.Add(_role);
        _password.AddTo(this);
        WorksWithoutData = true;
    }

    public override Task<CommandOutput> StartAsync(AdminSession session, CancellationToken cancellationToken) =>
        _password.StartAsync(session, session.Get(_name)!, cancellationToken);

    public override async Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken)
    {
        string name = request.Get(_name)!;
        bool isAdmin = request.Get(_role) is not null;
        if (Authenticator.FindNameProblem(name, request.Service<IOptions<ServerOptions>>().Value) is { } problem)
            return request.Refuse(ExitCode.WrongUsage, problem);
        if (isAdmin && Roles.FindAdminProblem(name) is { } reserved)
            return request.Refuse(ExitCode.WrongUsage, reserved);
        IUserAdministration accounts = request.Service<IUserAdministration>();
        if (await accounts.FindAccountAsync(name, cancellationToken).ConfigureAwait(false) is not null)
            return request.Refuse(ExitCode.NotApplicable, $"there is already an account {name}");
        NewPassword password = _password.Take(request);
        LoginResult added = await accounts.AddAccountAsync(name, password.Text, cancellationToken).ConfigureAwait(false);
        if (added.Code == LoginCode.Busy)
            return request.Busy();
        if (!added.IsOk)
            return request.Refuse(ExitCode.NotApplicable, $"there is already an account {name}");
        request.Audit(AuditEvent.Registered, name);
        if (isAdmin)
        {
            await accounts.SetAdminAsync(name, isAdmin: true, cancellationToken).ConfigureAwait(false);
            request.Audit(AuditEvent.RoleChanged, name, "grant admin");
        }

        request.Data = new { name, role = isAdmin ? Roles.Admin : null, password = password.IsGenerated ? password.Text : null };
        if (await CurrentBans.FindAsync(request, name, cancellationToken).ConfigureAwait(false) is { } ban)
            request.WriteLine($"{name} is banned and cannot log in; 'ban remove {ban.Target}' lifts the ban");
        return request.Done($"added {name}{(isAdmin ? ", an admin" : "")}{(password.IsGenerated ? $", with the password {password.Text}" : "")}");
    }
}
