using System.CommandLine;

namespace ServerLib.Administration.Commands;

/// <summary>Ends a user's connections.</summary>
internal sealed class KickCommand : AdminCommand
{
    private const string About =
        """
        Ends all connections of a user

        The user can log in again. To prevent that, use 'ban add' or 'user lock'.
        """;

    private readonly Argument<string> _name = new("NAME") { Description = "The user" };
    private readonly Argument<string[]> _reason = new("REASON") { Description = "What the user is told", Arity = ArgumentArity.ZeroOrMore };

    public KickCommand()
        : base("kick", About)
    {
        Arguments.Add(_name);
        Arguments.Add(_reason);
    }

    public override Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken)
    {
        string name = request.Get(_name)!;
        string? reason = request.Get(_reason) is { Length: > 0 } words ? string.Join(' ', words) : null;
        IReadOnlyList<Connection> kicked = request.Service<IServerControl>().Kick(name, reason, request.Caller.Name);
        if (kicked.Count == 0)
            return Task.FromResult(request.Refuse(ExitCode.NotApplicable, $"{name} is not connected"));
        request.Data = new { name, connectionsEnded = kicked.Count };
        foreach (Connection connection in kicked)
            request.WriteLine($"kicked {connection.Client}");
        return Task.FromResult(ExitCode.Done);
    }
}
