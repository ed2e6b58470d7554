using System.Runtime.CompilerServices;
using System.Text.Json;
using ServerLib.Connections;
using ServerLib.Diagnostics;
using ServerLib.Protocol;
using ServerLib.Transport;

namespace ServerLib.Messaging;

/// <summary>
/// Passes what clients send to their handlers. If a handler throws, the exception is logged and counted, the client is told, and the
/// connection stays.
/// </summary>
internal sealed class MessageDispatcher(
    IMessageRouter router,
    KeyRequests keys,
    PasswordRequests passwords,
    CommandRequests commands,
    CallDispatcher calls,
    ServerEvents events)
{
    private static readonly string[] KindNames = [.. Enum.GetNames<MessageKind>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];

    /// <summary>
    /// Passes on one message after another, until there are no more or a handler does not return at once. If there is more than one
    /// message, what the handlers send is gathered.
    /// </summary>
    /// <param name="client">The connection that has sent the messages.</param>
    /// <param name="handler">The client's handler.</param>
    /// <param name="message">The first message.</param>
    /// <param name="waiting">The handler that has not returned, if there is one.</param>
    /// <returns>Whether there is one. Pass on the next message when it has returned.</returns>
    public bool Dispatch(Connection client, IMessageHandler handler, Message message, out ValueTask waiting)
    {
        client.Activity.MarkMessage();
        client.Reader.BeginHandling();
        WriteBatch? batch = null;
        int messages = 0, bytes = 0;
        try
        {
            do
            {
                messages++;
                client.Traffic.CountMessage();
                bytes += message.Body.Length;
                if (batch is null && client.Reader.HasMore)
                    batch = WriteBatch.Open();
                waiting = HandleAsync(client, handler, message);
                if (!waiting.IsCompletedSuccessfully)
                    return true;
            }
            while (client.TryReceive(out message) || (batch is not null && client.Reader.TryFill() && client.TryReceive(out message)));
            client.Reader.EndHandling();
            return false;
        }
        finally
        {
            batch?.Close();
            events.MessagesReceived(messages, bytes);
        }
    }

    /// <summary>Calls a handler. If it throws, the exception is logged.</summary>
    /// <returns>Whether it returned without an exception.</returns>
    public async ValueTask<bool> CallHandlerAsync<T>(
        Connection client, IMessageHandler handler, T what, Func<IMessageHandler, Connection, T, ValueTask> call)
    {
        try
        {
            await call(handler, client, what).ConfigureAwait(false);
            return true;
        }
        catch (Exception e)
        {
            Fail(client, handler, e);
            return false;
        }
    }

    /// <summary>Removes a connection that has ended from its groups, and tells its handler.</summary>
    public async ValueTask LeaveGroupsAsync(Connection client, IMessageHandler handler)
    {
        foreach (string group in await router.LeaveAllAsync(client).ConfigureAwait(false))
            await CallHandlerAsync(client, handler, group, static (h, c, name) => h.OnLeftAsync(c, name)).ConfigureAwait(false);
    }

    /// <summary>Most handlers return at once, so no state machine is needed to await them.</summary>
    private ValueTask HandleAsync(Connection client, IMessageHandler handler, Message message)
    {
        // The application's methods are measured where they are invoked.
        long started = message.Kind is MessageKind.Call or MessageKind.Event ? 0 : events.Handlers.Begin();
        Exception? failure = null;
        try
        {
            ValueTask handling = CallAsync(client, handler, message);
            if (!handling.IsCompletedSuccessfully)
                return AwaitAsync(started == 0 ? handling : TimeAsync(handling, started, client, message), client, handler, message);
            handling.GetAwaiter().GetResult();
        }
        catch (Exception e)
        {
            failure = e;
            Fail(client, handler, message, e);
        }

        if (started != 0)
            events.Handlers.End(started, Describe(client, message), failure);
        return ValueTask.CompletedTask;
    }

    private ValueTask TimeAsync(ValueTask handling, long started, Connection client, Message message) =>
        events.Handlers.AwaitAsync(handling, started, Describe(client, message));

    private static HandlerCall Describe(Connection client, Message message) => new(client.Alias, KindNames[(int)message.Kind]);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask AwaitAsync(ValueTask handling, Connection client, IMessageHandler handler, Message message)
    {
        try
        {
            await handling.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Fail(client, handler, message, e);
        }
    }

    private ValueTask CallAsync(Connection client, IMessageHandler handler, Message message) => message.Kind switch
    {
        MessageKind.Room => handler.OnMessageAsync(client, message, client.Aborted),
        MessageKind.Direct => handler.OnDirectMessageAsync(client, message.Name!, message, client.Aborted),
        MessageKind.Group => handler.OnGroupMessageAsync(client, message.Name!, message, client.Aborted),
        MessageKind.Request => AnswerAsync(client, handler, message),
        MessageKind.Join => JoinAsync(client, handler, message),
        MessageKind.Leave => LeaveAsync(client, handler, message),
        MessageKind.Users => SendUsersAsync(client, message),
        MessageKind.Password => passwords.ChangeAsync(client, message),
        MessageKind.Command => commands.RunAsync(client, message),
        MessageKind.Key => keys.TakeAsync(client, message),
        MessageKind.SavedKeys => keys.SendSavedAsync(client, message),
        MessageKind.Call => calls.CallAsync(client, message),
        MessageKind.Event => calls.HandleEventAsync(client, message),
        MessageKind.Cancel => Cancel(client, message),
        _ => SendKey(client, message),
    };

    private ValueTask SendKey(Connection client, Message query)
    {
        keys.Send(client, query);
        return ValueTask.CompletedTask;
    }

    private static ValueTask Cancel(Connection client, Message message)
    {
        client.Calls.Running?.Cancel(message.Id);
        return ValueTask.CompletedTask;
    }

    private static async ValueTask AnswerAsync(Connection client, IMessageHandler handler, Message request) =>
        client.Respond(request, await handler.OnRequestAsync(client, request, client.Aborted).ConfigureAwait(false));

    private async ValueTask JoinAsync(Connection client, IMessageHandler handler, Message question)
    {
        string group = question.Name!;
        if (!GroupName.IsValid(group))
        {
            client.Writer.SendError("join-refused", GroupName.Rule, TextSanitizer.Escape(group), question.QuestionId);
            return;
        }

        if (await router.IsMemberAsync(client, group, client.Aborted).ConfigureAwait(false))
        {
            SendGroup(client, FrameType.Join, question);
            return;
        }

        if (!await handler.OnJoinAsync(client, group, client.Aborted).ConfigureAwait(false)
            || !await ChangeGroupAsync(client, group, router.JoinAsync).ConfigureAwait(false))
        {
            client.Writer.SendError("join-refused", "This group can't be joined.", TextSanitizer.Escape(group), question.QuestionId);
            return;
        }

        SendGroup(client, FrameType.Join, question);
        await FinishAsync(client, handler, question, static (h, c, name) => h.OnJoinedAsync(c, name, c.Aborted)).ConfigureAwait(false);
    }

    private async ValueTask LeaveAsync(Connection client, IMessageHandler handler, Message question)
    {
        string group = question.Name!;
        bool wasMember = await ChangeGroupAsync(client, group, router.LeaveAsync).ConfigureAwait(false);
        SendGroup(client, FrameType.Leave, question);
        if (wasMember)
            await FinishAsync(client, handler, question, static (h, c, name) => h.OnLeftAsync(c, name)).ConfigureAwait(false);
    }

    /// <summary>Joins or leaves a group for a client that gets an answer, and is not told separately.</summary>
    private static async ValueTask<bool> ChangeGroupAsync(
        Connection client, string group, Func<Connection, string, CancellationToken, ValueTask<bool>> change)
    {
        CompactProtocol protocol = client.Link.Compact!;
        protocol.AskedGroup = group;
        try
        {
            return await change(client, group, client.Aborted).ConfigureAwait(false);
        }
        finally
        {
            protocol.AskedGroup = null;
        }
    }

    private static void SendGroup(Connection client, FrameType type, Message question) => client.Writer.SendFrame(
        type, CompactControl.Serialize(new CompactControl.Group(question.Name, question.QuestionId), CompactJson.Default.Group));

    /// <summary>
    /// Calls a handler about a question that is answered already. An error that follows has no id: one question, one answer.
    /// </summary>
    private async ValueTask FinishAsync(
        Connection client, IMessageHandler handler, Message question, Func<IMessageHandler, Connection, string, ValueTask> call)
    {
        try
        {
            await call(handler, client, question.Name!).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            if (Fail(client, handler, e))
                SendFailed(client, question.Kind, id: null);
        }
    }

    private async ValueTask SendUsersAsync(Connection client, Message query)
    {
        IReadOnlyCollection<string> users = await router.GetUsersAsync(query.Name, client.Aborted).ConfigureAwait(false);
        byte[] list = BoundedPayload.Users(users, query.Name, client.Writer.MaxFrame, query.QuestionId);
        client.Rate.Charge(list.Length / MessageRate.BytesPerToken);
        client.Writer.SendFrame(FrameType.Users, list);
    }

    private void Fail(Connection client, IMessageHandler handler, Message message, Exception e)
    {
        if (!Fail(client, handler, e))
            return;
        if (message.Kind == MessageKind.Request)
            client.Respond(message, new Response(Response.Failed, default));
        else
            SendFailed(client, message.Kind, message.QuestionId);
    }

    private static void SendFailed(Connection client, MessageKind kind, uint? id) => client.Writer.SendError(
        "failed", "The server could not handle this message.", CompactFrame.Hex(CompactPayload.TypeOf(kind)), id);

    /// <returns><see langword="false"/> if the handler was canceled because the connection has ended.</returns>
    private bool Fail(Connection client, IMessageHandler handler, Exception e)
    {
        if (e is OperationCanceledException && client.Reason != DisconnectReason.None)
            return false;
        events.HandlerFailed(client.Alias, handler.GetType(), e);
        return true;
    }
}
