using System.CommandLine;

namespace ServerLib.Administration.Commands;

/// <summary>Lifts a ban.</summary>
internal sealed class BanRemoveCommand : AdminCommand
{
    private readonly Argument<string> _target = new("TARGET") { Description = "The user, address or range, as 'ban list' shows it" };

    public BanRemoveCommand()
        : base("ban remove", "Lifts a ban", CommandPlace.ServerOrFiles) => Arguments.Add(_target);

    public override async Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken)
    {
        string target = request.Get(_target)!;
        IServerControl server = request.Service<IServerControl>();
        if (!server.CanUnban(target, out _, out string? problem))
            return request.Refuse(ExitCode.WrongUsage, problem);
        return await server.UnbanAsync(target, request.Caller.Name, request.Caller.Address, cancellationToken).ConfigureAwait(false)
            ? request.Done($"lifted the ban of {target}")
            : request.Refuse(ExitCode.NotApplicable, $"there is no ban of {target}; 'ban list' lists the bans");
    }
}
