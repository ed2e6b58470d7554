using System.CommandLine;

namespace ServerLib.Administration.Commands;

/// <summary>Removes a key from an account.</summary>
internal sealed class UserKeyRemoveCommand : AdminCommand
{
    private readonly Argument<string> _user = new("NAME") { Description = "The account" };
    private readonly Argument<string> _name = new("KEYNAME") { Description = "The key" };

    public UserKeyRemoveCommand()
        : base("user key remove", "Removes a key from an account; connections that used it stay", CommandPlace.ServerOrFiles)
    {
        Arguments.Add(_user);
        Arguments.Add(_name);
    }

    public override async Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken)
    {
        (string user, string name) = (request.Get(_user)!, request.Get(_name)!);
        IUserKeys accounts = request.Service<IUserKeys>();
        if (await accounts.GetKeysAsync(user, cancellationToken).ConfigureAwait(false) is null)
            return request.NoSuchAccount(user);
        if (await accounts.RemoveKeyAsync(user, name, cancellationToken).ConfigureAwait(false) is not { } removed)
            return request.Refuse(ExitCode.NotApplicable, $"{user} has no key {name}; 'user key list {user}' lists the keys");
        request.Audit(AuditEvent.KeyRemoved, user, $"{removed.Name} {removed.Fingerprint}");
        request.Data = removed;
        return request.Done($"removed {removed.Name} {removed.Fingerprint}; connections that used it stay");
    }
}
