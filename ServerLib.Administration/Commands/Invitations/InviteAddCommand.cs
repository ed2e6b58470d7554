using System.CommandLine;
using Microsoft.Extensions.Options;

namespace ServerLib.Administration.Commands;

/// <summary>Creates an invitation to register.</summary>
internal sealed class InviteAddCommand : AdminCommand
{
    private const string About =
        """
        Creates a code that registers one account

        The code is shown once. It is needed if the option Login:Registration is Invitation.
        """;

    private static readonly TimeSpan Default = TimeSpan.FromDays(7);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3_650);

    private readonly Argument<string?> _duration = new("DURATION")
    {
        Description = "How long the code can be used: 12h, 30d [default: 7d]",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public InviteAddCommand()
        : base("invite add", About, CommandPlace.ServerOrFiles)
    {
        Arguments.Add(_duration);
        WorksWithoutData = true;
    }

    public override async Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken)
    {
        TimeSpan lifetime = Default;
        if (request.Get(_duration) is { } text && (!DurationText.TryParse(text, out lifetime) || lifetime <= TimeSpan.Zero || lifetime > Longest))
            return request.Refuse(ExitCode.WrongUsage, $"{text} is not a duration such as 90m, 12h, 7d or 2w, of at most ten years");
        (UserInvitation created, string code) = await request.Service<IUserAdministration>().InviteAsync(lifetime, cancellationToken)
            .ConfigureAwait(false);
        request.Audit(AuditEvent.InvitationMade, "", $"invitation {created.Number}");
        string? warning = request.Service<IOptions<ServerOptions>>().Value.Login.Registration == RegistrationPolicy.Invitation
            ? null
            : "the server does not ask for invitations: set the option Login:Registration to Invitation";
        request.Data = new { created.Number, code, created.ExpiresAt, warning };
        request.WriteLine($"invitation {created.Number}, valid until {request.Show(created.ExpiresAt!.Value)}: {code}");
        if (warning is not null)
            request.WriteLine(warning);
        return ExitCode.Done;
    }
}
