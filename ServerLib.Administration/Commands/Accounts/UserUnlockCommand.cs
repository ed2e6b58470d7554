using System.CommandLine;

namespace ServerLib.Administration.Commands;

/// <summary>Unlocks an account.</summary>
internal sealed class UserUnlockCommand : AdminCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "The account" };

    public UserUnlockCommand()
        : base("user unlock", "Unlocks an account, so that its owner can log in again", CommandPlace.ServerOrFiles) => Arguments.Add(_name);

    public override async Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken)
    {
        string name = request.Get(_name)!;
        IUserAdministration accounts = request.Service<IUserAdministration>();
        if (await accounts.FindAccountAsync(name, cancellationToken).ConfigureAwait(false) is { IsLocked: false })
        {
            bool waits = request.Service<LoginThrottle>().Delays
                .Any(delay => delay.Remaining > TimeSpan.Zero && UserName.Same(delay.Account, name));
            string hint = waits ? $", but has to wait after wrong passwords; 'throttle clear {name}' ends that" : "";
            return request.Done($"{name} is not locked{hint}");
        }

        if (!await accounts.SetLockedAsync(name, isLocked: false, cancellationToken).ConfigureAwait(false))
            return request.NoSuchAccount(name);
        request.Audit(AuditEvent.AccountUnlocked, name);
        return request.Done($"unlocked {name}");
    }
}
