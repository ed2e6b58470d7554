using System.Text;
using Microsoft.Extensions.DependencyInjection;
using ServerLib.Connections;
using ServerLib.Diagnostics;
using ServerLib.Protocol;
using ServerLib.Transport;

namespace ServerLib.Messaging;

/// <summary>
/// Runs the calls of clients: one after the other, or up to <see cref="ServerLimits.MaxConcurrentCalls"/> of one connection at a time. Each
/// call gets exactly one answer.
/// </summary>
/// <param name="table">The methods.</param>
/// <param name="scopes">Creates a scope for each call whose method needs services.</param>
/// <param name="events">The server's events.</param>
internal sealed class CallDispatcher(CallTable table, IServiceScopeFactory scopes, ServerEvents events)
{
    /// <summary>Runs a call, or starts it if calls run at the same time.</summary>
    /// <returns>Completes when the next message can be handled. Never fails.</returns>
    public ValueTask CallAsync(Connection client, Message call)
    {
        int max = client.Options.Limits.MaxConcurrentCalls;
        if (max > 1 && client.Calls.Running is { } running && running.Count >= max)
            return WaitAndStartAsync(client, running, call, max);
        return Start(client, call, isConcurrent: max > 1);
    }

    /// <summary>Handles an event.</summary>
    /// <returns>Completes when the next message can be handled. Never fails.</returns>
    public async ValueTask HandleEventAsync(Connection client, Message message)
    {
        string name = message.Name!;
        try
        {
            if (table.FindEvent(name) is not { } entry)
                SendError(client, "not-handled", "This event is not handled here.", name);
            else if (!entry.Definition.Allows(client))
                SendError(client, "not-allowed", "You do not have the role for this event.", name);
            else
                await TimeAsync(entry, client, message, client.Aborted).ConfigureAwait(false);
        }
        catch (BodyMismatchException e)
        {
            SendError(client, "bad-body", e.Message, name);
        }
        catch (OperationCanceledException) when (client.Reason != DisconnectReason.None)
        {
            // The connection has ended.
        }
        catch (Exception e)
        {
            events.CallFailed(client.Alias, name, e);
            SendError(client, "failed", "The server could not handle this event.", name);
        }
    }

    private static void SendError(Connection client, string code, string text, string name) =>
        client.Writer.SendError(code, text, TextSanitizer.Escape(name));

    private async ValueTask WaitAndStartAsync(Connection client, RunningCalls running, Message call, int max)
    {
        await running.WaitForFewerThanAsync(max).ConfigureAwait(false);
        await Start(client, call, isConcurrent: true).ConfigureAwait(false);
    }

    private ValueTask Start(Connection client, Message call, bool isConcurrent)
    {
        if (table.FindCall(call.Name!) is not { } entry)
            return Refuse(client, call.Id, Response.NotHandled, "The server has no method with this name.");
        if (!entry.Definition.Allows(client))
            return Refuse(client, call.Id, Response.Failed, "You do not have the role for this method.");
        if (client.Calls.Running?.IsCanceledAhead(call.Id) == true)
            return Refuse(client, call.Id, Response.Canceled, "");
        if (!isConcurrent && !entry.Method.CanBeCanceled)
            return RunAsync(client, entry, call, client.Aborted);
        RunningCalls running = client.Calls.EnsureRunning(client);
        if (!running.TryBegin(call.Id, out CancellationToken canceled))
        {
            // The protocol forbids it, and the client could not tell the two answers apart.
            client.End(DisconnectReason.BadFrame);
            return ValueTask.CompletedTask;
        }

        ValueTask run = RunAsync(client, entry, call, canceled);
        if (!run.IsCompleted)
        {
            ValueTask ending = EndAsync(run, running, call.Id);
            return isConcurrent ? ValueTask.CompletedTask : ending;
        }

        running.End(call.Id);
        return run;
    }

    private static async ValueTask EndAsync(ValueTask run, RunningCalls running, uint id)
    {
        await run.ConfigureAwait(false);
        running.End(id);
    }

    /// <summary>Runs and answers a call. Never fails.</summary>
    private ValueTask RunAsync(Connection client, CallTable.Entry entry, Message call, CancellationToken canceled)
    {
        try
        {
            ValueTask run = TimeAsync(entry, client, call, canceled);
            if (!run.IsCompletedSuccessfully)
                return AwaitAsync(run, client, entry.Definition.Name, call.Id, canceled);
            run.GetAwaiter().GetResult();
        }
        catch (Exception e)
        {
            Fail(client, entry.Definition.Name, call.Id, e, canceled);
        }

        return ValueTask.CompletedTask;
    }

    private async ValueTask AwaitAsync(ValueTask run, Connection client, string name, uint id, CancellationToken canceled)
    {
        try
        {
            await run.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Fail(client, name, id, e, canceled);
        }
    }

    /// <summary>Invokes a method, and measures how long it takes if somebody wants to know.</summary>
    private ValueTask TimeAsync(CallTable.Entry entry, Connection client, Message message, CancellationToken cancellationToken)
    {
        long started = events.Handlers.Begin();
        if (started == 0)
            return InvokeAsync(entry, client, message, cancellationToken);
        var call = new HandlerCall(client.Alias, entry.Definition.IsEvent ? "event" : "call", entry.Definition.Name);
        try
        {
            ValueTask run = InvokeAsync(entry, client, message, cancellationToken);
            if (!run.IsCompletedSuccessfully)
                return events.Handlers.AwaitAsync(run, started, call);
            run.GetAwaiter().GetResult();
            events.Handlers.End(started, call);
            return ValueTask.CompletedTask;
        }
        catch (Exception e)
        {
            events.Handlers.End(started, call, e);
            throw;
        }
    }

    private ValueTask InvokeAsync(CallTable.Entry entry, Connection client, Message message, CancellationToken cancellationToken)
    {
        EpollLoop.BeginCode(entry.Definition);
        try
        {
            return entry.Method.NeedsServices
                ? InvokeInScopeAsync(entry.Method, client, message, cancellationToken)
                : entry.Method.Invoke(message, client, null, cancellationToken);
        }
        finally
        {
            EpollLoop.EndCode();
        }
    }

    private async ValueTask InvokeInScopeAsync(CallMethod method, Connection client, Message message, CancellationToken cancellationToken)
    {
        AsyncServiceScope scope = scopes.CreateAsyncScope();
        try
        {
            await method.Invoke(message, client, scope.ServiceProvider, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await DisposeAsync(scope).ConfigureAwait(false);
        }
    }

    /// <summary>Disposes a scope. If that fails, the call is answered already.</summary>
    private async ValueTask DisposeAsync(AsyncServiceScope scope)
    {
        try
        {
            await scope.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            events.CleanupFailed("dispose the scope of a call", e);
        }
    }

    /// <summary>Answers a call that has not returned a result.</summary>
    private void Fail(Connection client, string name, uint id, Exception exception, CancellationToken canceled)
    {
        switch (exception)
        {
            case BodyMismatchException mismatch:
                Answer(client, id, Response.Mismatch, mismatch.Message);
                return;
            case OperationCanceledException when canceled.IsCancellationRequested:
                Answer(client, id, Response.Canceled, "");
                return;
            case CallException { IsAnswer: false } own when 1 + sizeof(uint) + 1 + own.Body.Length <= client.Writer.MaxFrame:
                client.Writer.SendFrame(FrameType.Response, id, own.Body.Span, own.Status);
                return;
            default:
                events.CallFailed(client.Alias, name, exception);
                Answer(client, id, Response.Failed, "The method failed.");
                return;
        }
    }

    private static ValueTask Refuse(Connection client, uint id, byte status, string text)
    {
        Answer(client, id, status, text);
        return ValueTask.CompletedTask;
    }

    private static void Answer(Connection client, uint id, byte status, string text) =>
        client.Writer.SendFrame(FrameType.Response, id, Encoding.UTF8.GetBytes(text), status);
}
