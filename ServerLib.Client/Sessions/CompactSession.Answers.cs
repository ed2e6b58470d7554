using System.Buffers.Binary;
using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <content>Answers: the server's to the client's questions, and the client's to the server's.</content>
internal sealed partial class CompactSession
{
    private void TakeResponse(ReadOnlyMemory<byte> payload)
    {
        if (CompactPayload.ReadNumbered(MessageKind.Response, hasStatus: true, payload, out Message response) != ReadStatus.Complete)
            throw Malformed("a RESPONSE without id and status");
        PendingRequests.Take(FrameType.Request, response.Id)?.Resolve(new Response(response.Status, response.Body.ToArray()));
    }

    private void TakeMembership(FrameType type, string? group)
    {
        if (PendingRequests.Take(q => q.Type == type && q.Name == group) is not { } question)
            return;
        if (type == FrameType.Join)
            _groups.Add(question.Name!);
        else
            _groups.Remove(group);
        question.Resolve(null);
    }

    /// <summary>The answer to PASSWORD.</summary>
    private void TakeResult(CompactControl.Result result)
    {
        if (PendingRequests.Take(q => q.Type == FrameType.Password) is not { } question)
            return;
        LoginCode code = CloseCode.ToLoginCode(result.Code);
        if (code == LoginCode.Ok)
        {
            question.Resolve(null);
            return;
        }

        question.Fail(new ServerClientException(TextSanitizer.Escape(result.Text ?? CloseCode.TextOf(code)!))
        {
            Code = CloseCode.Of(code),
            RetryAfter = Backoff.FromServer(result.RetryAfterMs),
        });
    }

    private void TakeKey(CompactControl.Key key)
    {
        PendingRequest? question = key.Alias is null
            ? PendingRequests.Take(q => q.Type == FrameType.Key || (q.Type == FrameType.KeyQuery && q.Name is null))
            : PendingRequests.Take(q => q.Type == FrameType.KeyQuery && q.Name is not null && UserName.Same(q.Name, key.Alias));
        question?.Resolve(key);
    }

    /// <summary>Finds the question that an error answers; an error that answers none goes to the reader.</summary>
    private ValueTask TakeErrorAsync(CompactControl.Error error)
    {
        string code = error.Code ?? "";
        FrameType? asked = code switch
        {
            "join-refused" => FrameType.Join,
            "no-key" => FrameType.KeyQuery,
            "bad-key" => FrameType.Key,
            _ => null,
        };
        PendingRequest? question = PendingRequests.Take(
            q => (q.Type == asked && (asked == FrameType.Key || error.Regarding == TextSanitizer.Escape(q.Name ?? "")))
                || error.Regarding == $"0x{(byte)q.Type:X2}");
        if (question is null && asked == FrameType.Join)
            _groups.Remove(error.Regarding);
        question?.Fail(new ServerClientException(TextSanitizer.Escape(error.Text ?? code)) { Code = code });
        return question is null
            ? _inbox.AddAsync(Error(error))
            : default;
    }

    /// <summary>
    /// Starts to answer what the server asks. The next frame doesn't wait for the answer, unless too many, or too much, are owed already.
    /// </summary>
    private async ValueTask AnswerAsync(ReadOnlyMemory<byte> payload)
    {
        if (CompactPayload.ReadNumbered(MessageKind.Request, hasStatus: false, payload, out Message request) != ReadStatus.Complete)
            throw Malformed("a REQUEST without id");
        await _answering.WaitAsync(Ended).ConfigureAwait(false);
        await _asked.TakeAsync(request.Body.Length, Ended).ConfigureAwait(false);
        byte[] body = request.Body.ToArray();
        _ = Task.Run(() => AnswerAsync(request.Id, body));
    }

    private async Task AnswerAsync(uint id, byte[] body)
    {
        try
        {
            Response response = await HandleAsync(body).ConfigureAwait(false);
            if (response.Body.Length + CompactFrame.HeaderSize + sizeof(uint) > MaxFrame)
                response = new Response(Response.Failed, default);
            await SendResponseAsync(id, response).ConfigureAwait(false);
        }
        catch (ServerClientException)
        {
            // The server is gone, and waits for no answer.
        }
        finally
        {
            _asked.GiveBack(body.Length);
            _answering.Release();
        }
    }

    private async ValueTask<Response> HandleAsync(byte[] body)
    {
        if (Options.OnRequest is not { } handler)
            return new Response(Response.NotHandled, default);
        try
        {
            return await handler(body, Ended).ConfigureAwait(false);
        }
        catch (Exception)
        {
            return new Response(Response.Failed, default);
        }
    }

    private ValueTask SendResponseAsync(uint id, Response response)
    {
        Span<byte> head = stackalloc byte[sizeof(uint) + 1];
        BinaryPrimitives.WriteUInt32BigEndian(head, id);
        head[sizeof(uint)] = response.Status;
        return WriteAsync(FrameType.Response, head, response.Body.Span, CancellationToken.None);
    }
}
