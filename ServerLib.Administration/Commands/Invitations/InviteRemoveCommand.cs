using System.CommandLine;
using System.Globalization;

namespace ServerLib.Administration.Commands;

/// <summary>Withdraws an unused invitation.</summary>
internal sealed class InviteRemoveCommand : AdminCommand
{
    private readonly Argument<string> _number = new("NUMBER") { Description = "The number, as 'invite list' shows it" };

    public InviteRemoveCommand()
        : base("invite remove", "Withdraws an unused invitation", CommandPlace.ServerOrFiles) => Arguments.Add(_number);

    public override async Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken)
    {
        string text = request.Get(_number)!;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
            return request.Refuse(ExitCode.WrongUsage, $"{text} is not the number of an invitation; 'invite list' lists them");
        if (!await request.Service<IUserAdministration>().WithdrawInvitationAsync(number, cancellationToken).ConfigureAwait(false))
            return request.Refuse(ExitCode.NotApplicable, $"there is no unused invitation {text}; 'invite list' lists all");
        request.Audit(AuditEvent.InvitationWithdrawn, "", $"invitation {number}");
        return request.Done($"withdrew invitation {number}");
    }
}
