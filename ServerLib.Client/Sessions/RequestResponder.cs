using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <summary>
/// Answers the server's requests with <see cref="ServerClientOptions.OnRequest"/>, several at once. It bounds their number and their size.
/// </summary>
/// <param name="options">The handler and the limits.</param>
/// <param name="sender">Sends the responses.</param>
/// <param name="end">When the session ends.</param>
/// <param name="slots">Limits the number of requests that are handled at once.</param>
internal sealed class RequestResponder(ServerClientOptions options, CompactFrameSender sender, SessionEnd end, SemaphoreSlim slots)
{
    /// <summary>About what a request takes besides its body.</summary>
    private const int Overhead = 512;

    private readonly Budget _bytes = new(options.MaxWaitingBytes);
    private volatile bool _isFull;

    /// <summary>Whether <see cref="StartAsync"/> waits.</summary>
    public bool IsFull => _isFull;

    /// <summary>
    /// Starts to answer a REQUEST, once there is a slot. Waits only if too many bytes are held: what follows may be an answer that the
    /// handlers wait for.
    /// </summary>
    /// <exception cref="ServerClientException">The request is malformed.</exception>
    public async ValueTask StartAsync(ReadOnlyMemory<byte> payload)
    {
        if (CompactPayload.ReadNumbered(MessageKind.Request, hasStatus: false, payload, out Message request) != ReadStatus.Complete)
            throw ClientErrors.Malformed("REQUEST without id");
        int size = request.Body.Length + Overhead;
        if (!_bytes.TryTake(size))
        {
            _isFull = true;
            await _bytes.TakeAsync(size, end.Token).ConfigureAwait(false);
            _isFull = false;
        }

        byte[] body = request.Body.ToArray();
        _ = Task.Run(() => AnswerAsync(request.Id, body));
    }

    private async Task AnswerAsync(uint id, byte[] body)
    {
        bool hasSlot = false;
        try
        {
            await slots.WaitAsync(end.Token).ConfigureAwait(false);
            hasSlot = true;
            Response response = await HandleAsync(body).ConfigureAwait(false);
            if (1 + sizeof(uint) + 1 + response.Body.Length > sender.MaxFrame)
                response = new Response(Response.Failed, default);
            await sender.SendResponseAsync(id, response).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ServerClientException or OperationCanceledException)
        {
            // The connection has ended. Nothing waits for the answer.
        }
        finally
        {
            _bytes.Return(body.Length + Overhead);
            if (hasSlot)
                slots.Release();
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
