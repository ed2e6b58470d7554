using System.CommandLine;

namespace ServerLib.Administration.Commands;

/// <summary>Sets the password of an account, and ends its connections.</summary>
internal sealed class UserPasswdCommand : AdminCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "The account" };
    private readonly PasswordSource _password = new();

    public UserPasswdCommand()
        : base("user passwd", "Sets the password of an account, and ends its connections", CommandPlace.ServerOrFiles)
    {
        Arguments.Add(_name);
        _password.AddTo(this);
    }

    public override Task<CommandOutput> StartAsync(AdminSession session, CancellationToken cancellationToken) =>
        _password.StartAsync(session, session.Get(_name)!, cancellationToken);

    public override async Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken)
    {
        string name = request.Get(_name)!;
        if (request.Caller.Is(name))
        {
            // The connection would end before the admin has seen the output.
            return request.Refuse(ExitCode.WrongUsage, "change your own password in the client: in the chat with /password");
        }

        IUserAdministration accounts = request.Service<IUserAdministration>();
        if (await accounts.FindAccountAsync(name, cancellationToken).ConfigureAwait(false) is null)
            return request.NoSuchAccount(name);
        NewPassword password = _password.Take(request);
        LoginResult changed = await accounts.SetPasswordAsync(name, password.Text, cancellationToken: cancellationToken).ConfigureAwait(false);
        if (changed.Code == LoginCode.Busy)
            return request.Busy();
        if (!changed.IsOk)
            return request.NoSuchAccount(name);
        int ended = request.EndSessions(name);
        request.Audit(AuditEvent.PasswordChanged, name);
        request.Data = new { name, password = password.IsGenerated ? password.Text : null, connectionsEnded = ended };
        string what = password.IsGenerated ? $"the new password of {name} is {password.Text}" : $"changed the password of {name}";
        return request.Done(what + Count.EndedConnections(ended));
    }
}
