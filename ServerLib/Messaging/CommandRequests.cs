using Microsoft.Extensions.DependencyInjection;
using ServerLib.Auditing;
using ServerLib.Connections;
using ServerLib.Protocol;

namespace ServerLib.Messaging;

/// <summary>
/// The commands that admins send, over TLS only: behind a proxy on this machine, every client seems to be local. The role is looked up each
/// time.
/// </summary>
/// <param name="accounts">Finds admins; <see langword="null"/> if there are none.</param>
/// <param name="scopes">Creates the <see cref="ICommandHandler"/>.</param>
/// <param name="refusals">Records refused commands.</param>
internal sealed class CommandRequests(IUserAdministration? accounts, IServiceScopeFactory scopes, RefusalTrail refusals)
{
    private const string About = "0x08";

    public async ValueTask RunAsync(Connection client, Message message)
    {
        CompactControl.Command? command = CompactControl.TryParse(message.Body.Span, CompactJson.Default.Command);
        if (command?.Line is not { } line)
            client.End(DisconnectReason.BadFrame);
        else if (!client.IsSecure)
            Refuse(client, message.QuestionId, "refused: without TLS", "Commands are taken over TLS only.");
        else if (!await IsAdminAsync(client).ConfigureAwait(false))
            Refuse(client, message.QuestionId, "refused: no admin", "Commands are for admins.");
        else if (line.Any(char.IsControl))
            client.Writer.SendError("bad-command", "A command is one line.", About, message.QuestionId);
        else
            await RunAsync(client, new CommandRequest(line, command.Input), message.QuestionId).ConfigureAwait(false);
    }

    private void Refuse(Connection client, uint? id, string reason, string text)
    {
        refusals.Command(client.Alias, client.RemoteEndPoint, reason);
        client.Writer.SendError("not-allowed", text, About, id);
    }

    private async ValueTask<bool> IsAdminAsync(Connection client) =>
        accounts is not null
        && await accounts.FindAccountAsync(client.Alias, client.Aborted).ConfigureAwait(false) is { IsAdmin: true, IsLocked: false };

    private async ValueTask RunAsync(Connection client, CommandRequest command, uint? id)
    {
        AsyncServiceScope scope = scopes.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            if (scope.ServiceProvider.GetService<ICommandHandler>() is not { } handler)
            {
                client.Writer.SendError("not-handled", "Commands are not handled here.", About, id);
                return;
            }

            // Off the event loop: a command may take its time.
            CommandOutput output = await Task.Run(
                () => handler.RunAsync(client, command, client.Aborted).AsTask(), CancellationToken.None).ConfigureAwait(false);
            byte[] answer = BoundedPayload.Output(output, client.Writer.MaxFrame, id);
            client.Rate.Charge(answer.Length / MessageRate.BytesPerToken);
            client.Writer.SendFrame(FrameType.Output, answer);
        }
    }
}
