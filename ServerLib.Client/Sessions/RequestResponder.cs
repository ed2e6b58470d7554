using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <summary>
/// Answers what the server asks, several at once: requests with <see cref="ServerClientOptions.OnRequest"/>, and calls. It bounds their number
/// and their size.
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

    /// <summary>Starts to answer a REQUEST.</summary>
    /// <exception cref="ServerClientException">The request is malformed.</exception>
    public ValueTask StartRequestAsync(ReadOnlyMemory<byte> payload) =>
        CompactPayload.ReadNumbered(MessageKind.Request, hasStatus: false, payload, out Message request) == ReadStatus.Complete
            ? StartAsync(request.Id, request.Body, HandleAsync)
            : throw ClientErrors.Malformed("REQUEST without id");

    /// <summary>
    /// Starts to answer, once there is a slot. Waits only if too many bytes are held: what follows may be an answer that the
    /// handlers wait for.
    /// </summary>
    /// <param name="id">The id of the request or call.</param>
    /// <param name="received">Its body, which is copied.</param>
    /// <param name="handler">Creates the response. The token is canceled when the session ends. It must not throw.</param>
    public async ValueTask StartAsync(
        uint id, ReadOnlyMemory<byte> received, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<Response>> handler)
    {
        int size = received.Length + Overhead;
        if (!_bytes.TryTake(size))
        {
            _isFull = true;
            await _bytes.TakeAsync(size, end.Token).ConfigureAwait(false);
            _isFull = false;
        }

        byte[] body = received.ToArray();
        _ = Task.Run(() => AnswerAsync(id, body, handler));
    }

    private async Task AnswerAsync(uint id, byte[] body, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<Response>> handler)
    {
        bool hasSlot = false;
        try
        {
            await slots.WaitAsync(end.Token).ConfigureAwait(false);
            hasSlot = true;
            Response response = await handler(body, end.Token).ConfigureAwait(false);
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

    private async ValueTask<Response> HandleAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (options.OnRequest is not { } handler)
            return new Response(Response.NotHandled, default);
        try
        {
            return await handler(body, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception)
        {
            return new Response(Response.Failed, default);
        }
    }
}
