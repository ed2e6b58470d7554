using ServerLib.Authentication;
using ServerLib.Connections;
using ServerLib.Files;
using ServerLib.Protocol;

namespace ServerLib.Messaging;

/// <summary>The passwords that owners change over their connections.</summary>
/// <param name="login">Checks the current password, and throttles guesses as at a login.</param>
/// <param name="accounts">Takes the new one; <see langword="null"/> where passwords stay as they are.</param>
/// <param name="rules">What a new one has to be.</param>
/// <param name="audit">Records each change.</param>
/// <param name="endOthers">Ends the account's other sessions.</param>
internal sealed class PasswordRequests(
    LoginPipeline login, IUserAdministration? accounts, PasswordRules rules, AuditTrail? audit, Action<Connection> endOthers)
{
    public async ValueTask ChangeAsync(Connection client, Message message)
    {
        if (CompactControl.TryParse(message.Body.Span, CompactJson.Default.Password) is not { Current: { } current, New: { } chosen })
        {
            client.End(DisconnectReason.BadFrame);
            return;
        }

        LoginResult result = await ChangeAsync(client, current, chosen).ConfigureAwait(false);
        if (result.IsOk)
        {
            // Another session may be the reason for the change.
            endOthers(client);
            client.Ticket?.RenewNow();
            client.Rate.Charge(MessageRate.EntryTokens);
            audit?.Write(AuditEvent.PasswordChanged, client.Alias, AddressText.From(client.RemoteEndPoint));
        }

        client.Writer.SendPasswordResult(result, message.QuestionId);
        if (client.WrongProofs.Passwords >= client.Options.Login.MaxAttempts)
            client.End(DisconnectReason.TooManyLoginAttempts);
    }

    private async ValueTask<LoginResult> ChangeAsync(Connection client, string current, string chosen)
    {
        if (accounts is null)
            return new LoginResult(LoginCode.Refused) { Text = "Passwords can't be changed here." };

        // Checked first: it is cheap and reveals nothing about the current password.
        if (rules.FindProblem(chosen) is { } rule)
            return new LoginResult(LoginCode.Refused) { Text = rule };
        try
        {
            UserAccount? account = await accounts.FindAccountAsync(client.Alias, client.Aborted).ConfigureAwait(false);
            var credentials = new Credentials(client.Alias, current, client.RemoteEndPoint)
            {
                ClientCertificateSubject = client.ClientCertificateSubject,
                IsConfirmation = true,
            };
            LoginResult confirmed = await login.AuthenticateAsync(new LoginContext(client, credentials), client.Aborted).ConfigureAwait(false);
            if (!confirmed.IsOk || account is null)
            {
                if (confirmed.Code == LoginCode.Busy)
                    return confirmed;
                client.WrongProofs.Passwords++;
                return confirmed.Code == LoginCode.Delayed
                    ? confirmed
                    : new LoginResult(LoginCode.Failure) { Text = "The current password is wrong." };
            }

            client.WrongProofs.Passwords = 0;

            // Not canceled: the other sessions must end, and the change must be recorded.
            return await accounts.SetPasswordAsync(client.Alias, chosen, account, CancellationToken.None).ConfigureAwait(false);
        }
        catch (ServerLibException)
        {
            return new LoginResult(LoginCode.Busy);
        }
    }
}
