using System.Buffers.Binary;
using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <summary>Finds the pending request for each answer from the server, and completes it.</summary>
internal sealed class AnswerDispatcher(PendingRequests pending, JoinedGroups groups)
{
    /// <summary>Handles RESPONSE.</summary>
    /// <exception cref="ServerClientException">It is malformed.</exception>
    public void OnResponse(ReadOnlyMemory<byte> payload)
    {
        if (CompactPayload.ReadNumbered(MessageKind.Response, hasStatus: true, payload, out Message response) != ReadStatus.Complete)
            throw ClientErrors.Malformed("RESPONSE without id and status");
        pending.Take(FrameType.Request, response.Id)?.Resolve(new Response(response.Status, response.Body.ToArray()));
    }

    /// <summary>Handles PONG.</summary>
    public void OnPong(ReadOnlySpan<byte> payload)
    {
        if (payload.Length == sizeof(uint))
            pending.Take(FrameType.Ping, BinaryPrimitives.ReadUInt32BigEndian(payload))?.Resolve(null);
    }

    /// <summary>Handles JOIN and LEAVE.</summary>
    public void OnMembership(FrameType type, string? group)
    {
        if (pending.Take(request => request.Type == type && request.Name == group) is not { } request)
            return;
        if (type == FrameType.Join)
            groups.Add(request.Name!);
        else
            groups.Remove(group);
        request.Resolve(null);
    }

    /// <summary>Handles USERS.</summary>
    /// <exception cref="ServerClientException">It is malformed.</exception>
    public void OnUsers(CompactControl.UserList users)
    {
        if (users.Users?.Contains(null!) == true)
            throw ClientErrors.Malformed("USERS with a null name");
        pending.Take(request => request.Type == FrameType.Users && request.Name == users.Group)?.Resolve(users.Users ?? []);
    }

    /// <summary>Handles KEY, the answer to KEY and KEY_QUERY.</summary>
    public void OnKey(CompactControl.Key key)
    {
        PendingRequest? request = key.Alias is null
            ? pending.Take(request => request.Type == FrameType.Key || request is { Type: FrameType.KeyQuery, Name: null })
            : pending.Take(request => request is { Type: FrameType.KeyQuery, Name: { } name } && UserName.Same(name, key.Alias));
        request?.Resolve(key);
    }

    /// <summary>Handles RESULT, the answer to PASSWORD.</summary>
    public void OnResult(CompactControl.Result result)
    {
        if (pending.Take(request => request.Type == FrameType.Password) is not { } request)
            return;
        LoginCode code = CloseCode.ToLoginCode(result.Code);
        if (code == LoginCode.Ok)
        {
            request.Resolve(null);
            return;
        }

        request.Fail(new ServerClientException(TextSanitizer.Escape(result.Text ?? CloseCode.TextOf(code)!))
        {
            Code = CloseCode.Of(code),
            RetryAfter = Backoff.FromServer(result.RetryAfterMs),
        });
    }

    /// <summary>Handles OUTPUT, the answer to COMMAND.</summary>
    public void OnOutput(CompactControl.Output output) =>
        pending.Take(request => request.Type == FrameType.Command)?.Resolve(new CommandOutput(output.Exit, output.Text ?? "", output.Data));

    /// <summary>Handles ERROR.</summary>
    /// <returns>Whether it answers a pending request.</returns>
    public bool TryHandleError(CompactControl.Error error)
    {
        string code = error.Code ?? "";
        FrameType? type = code switch
        {
            "join-refused" => FrameType.Join,
            "no-key" => FrameType.KeyQuery,
            "bad-key" => FrameType.Key,
            _ => null,
        };
        if (pending.Take(request => Answers(error, type, request)) is { } request)
        {
            request.Fail(new ServerClientException(TextSanitizer.Escape(error.Text ?? code)) { Code = code });
            return true;
        }

        // The server has refused a group that the client joined again after reconnecting.
        if (type == FrameType.Join)
            groups.Remove(error.Regarding);
        return false;
    }

    /// <summary>An error names the user or group, which the server escapes, or else the type of the frame.</summary>
    private static bool Answers(CompactControl.Error error, FrameType? type, PendingRequest request) =>
        (request.Type == type && (type == FrameType.Key || error.Regarding == TextSanitizer.Escape(request.Name ?? "")))
        || error.Regarding == CompactFrame.Hex(request.Type);
}
