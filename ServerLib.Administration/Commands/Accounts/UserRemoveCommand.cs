using System.CommandLine;
using Microsoft.Extensions.Options;

namespace ServerLib.Administration.Commands;

/// <summary>Removes an account, and ends its connections.</summary>
internal sealed class UserRemoveCommand : AdminCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "The account" };

    public UserRemoveCommand()
        : base("user remove", "Removes an account, and ends its connections", CommandPlace.ServerOrFiles) => Arguments.Add(_name);

    public override async Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken)
    {
        string name = request.Get(_name)!;
        if (request.Caller.Is(name))
            return request.OwnAccount();
        if (!await request.Service<IUserAdministration>().RemoveAccountAsync(name, cancellationToken).ConfigureAwait(false))
            return request.NoSuchAccount(name);
        int ended = request.EndSessions(name);
        request.Audit(AuditEvent.AccountRemoved, name);
        request.Data = new { name, connectionsEnded = ended };
        string hint = request.Service<IOptions<ServerOptions>>().Value.Login.Registration == RegistrationPolicy.Open
            ? "; anybody can register the name again (to prevent that, use 'user lock' instead)"
            : "";
        return request.Done($"removed {name}{Count.EndedConnections(ended)}{hint}");
    }
}
