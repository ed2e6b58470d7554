using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <summary>
/// Answers the server's requests with <see cref="ServerClientOptions.OnRequest"/>, several at once. It bounds their number and their size.
/// </summary>
internal sealed class RequestResponder(ServerClientOptions options, CompactFrameSender sender, SessionEnd end)
{
    private readonly Budget _slots = new(options.MaxOutstandingRequests);
    private readonly Budget _bytes = new(options.MaxWaitingBytes);

    /// <summary>Starts to answer a REQUEST. Waits if too many requests, or too many bytes, are being answered.</summary>
    /// <exception cref="ServerClientException">The request is malformed.</exception>
    public async ValueTask StartAsync(ReadOnlyMemory<byte> payload)
    {
        if (CompactPayload.ReadNumbered(MessageKind.Request, hasStatus: false, payload, out Message request) != ReadStatus.Complete)
            throw ClientErrors.Malformed("REQUEST without id");
        await _slots.TakeAsync(1, end.Token).ConfigureAwait(false);
        await _bytes.TakeAsync(request.Body.Length, end.Token).ConfigureAwait(false);
        byte[] body = request.Body.ToArray();
        _ = Task.Run(() => AnswerAsync(request.Id, body));
    }

    private async Task AnswerAsync(uint id, byte[] body)
    {
        try
        {
            Response response = await HandleAsync(body).ConfigureAwait(false);
            if (1 + sizeof(uint) + 1 + response.Body.Length > sender.MaxFrame)
                response = new Response(Response.Failed, default);
            await sender.SendResponseAsync(id, response).ConfigureAwait(false);
        }
        catch (ServerClientException)
        {
            // The connection has ended. Nothing waits for the answer.
        }
        finally
        {
            _bytes.Return(body.Length);
            _slots.Return(1);
        }
    }

    private async ValueTask<Response> HandleAsync(byte[] body)
    {
        if (options.OnRequest is not { } handler)
            return new Response(Response.NotHandled, default);
        try
        {
            return await handler(body, end.Token).ConfigureAwait(false);
        }
        catch (Exception)
        {
            return new Response(Response.Failed, default);
        }
    }
}
