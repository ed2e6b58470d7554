using System.CommandLine;

namespace ServerLib.Administration.Commands;

/// <summary>Ends the sessions of a user, and revokes the tickets.</summary>
internal sealed class UserLogoutCommand : AdminCommand
{
    private const string About =
        """
        Ends the sessions of a user, and revokes the user's tickets

        The user can log in again with the password or a key. To prevent that, use 'user lock' or 'user passwd'.
        """;

    private readonly Argument<string> _name = new("NAME") { Description = "The account" };

    public UserLogoutCommand()
        : base("user logout", About, CommandPlace.ServerOrFiles) => Arguments.Add(_name);

    public override async Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken)
    {
        string name = request.Get(_name)!;
        if (request.Caller.Is(name))
            return request.OwnAccount();

        // In this order: a login by ticket that is under way is then ended too.
        if (!await request.Service<IAccountStamps>().ChangeStampAsync(name, cancellationToken).ConfigureAwait(false))
            return request.NoSuchAccount(name);
        int ended = request.EndSessions(name);
        request.Data = new { name, connectionsEnded = ended };
        return request.Done($"revoked the tickets of {name}{Count.EndedConnections(ended)}");
    }
}
