using System.Buffers.Binary;
using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <summary>Finds the pending request for each answer from the server, and completes it.</summary>
internal sealed class AnswerDispatcher(PendingRequests pending)
{
    /// <summary>Handles RESPONSE.</summary>
    /// <exception cref="ServerClientException">It is malformed.</exception>
    public void OnResponse(ReadOnlyMemory<byte> payload)
    {
        if (CompactPayload.ReadNumbered(MessageKind.Response, hasStatus: true, payload, out Message response) != ReadStatus.Complete)
            throw ClientErrors.Malformed("RESPONSE without id and status");
        pending.Take(response.Id, FrameType.Request, FrameType.Call)?.Resolve(new Response(response.Status, response.Body.ToArray()));
    }

    /// <summary>Handles PONG.</summary>
    public void OnPong(ReadOnlySpan<byte> payload)
    {
        if (payload.Length == sizeof(uint))
            pending.Take(BinaryPrimitives.ReadUInt32BigEndian(payload), FrameType.Ping)?.Resolve(null);
    }

    /// <summary>Handles JOIN and LEAVE.</summary>
    public void OnMembership(FrameType type, CompactControl.Group group) =>
        Take(group.Id, [type], request => request.Type == type && request.Name == group.Name)?.Resolve(null);

    /// <summary>Handles USERS.</summary>
    /// <exception cref="ServerClientException">It is malformed.</exception>
    public void OnUsers(CompactControl.UserList users)
    {
        if (users.Users?.Contains(null!) == true)
            throw ClientErrors.Malformed("USERS with a null name");
        Take(users.Id, [FrameType.Users], request => request.Type == FrameType.Users && request.Name == users.Group)?.Resolve(users.Users ?? []);
    }

    /// <summary>Handles KEY, the answer to KEY and KEY_QUERY.</summary>
    public void OnKey(CompactControl.Key key)
    {
        Take(key.Id, [FrameType.Key, FrameType.KeyQuery], IsAbout)?.Resolve(key);

        bool IsAbout(PendingRequest request) => key.Alias is null
            ? request.Type == FrameType.Key || request is { Type: FrameType.KeyQuery, Name: null }
            : request is { Type: FrameType.KeyQuery, Name: { } name } && UserName.Same(name, key.Alias);
    }

    /// <summary>Handles RESULT, the answer to PASSWORD.</summary>
    public void OnResult(CompactControl.Result result)
    {
        if (Take(result.Id, [FrameType.Password], request => request.Type == FrameType.Password) is not { } request)
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
        Take(output.Id, [FrameType.Command], request => request.Type == FrameType.Command)
            ?.Resolve(new CommandOutput(output.Exit, output.Text ?? "", output.Data) { Table = output.Table });

    /// <summary>Handles ERROR: fails the request that it answers.</summary>
    /// <returns>That request; <see langword="null"/> if the error answers none.</returns>
    public PendingRequest? TakeRefused(CompactControl.Error error)
    {
        string code = error.Code ?? "";
        PendingRequest? request = pending.HasIds
            ? error.Id is { } id ? pending.TakeAny(id) : null
            : pending.TakeOldest(request => Answers(error, request));
        request?.Fail(new ServerClientException(TextSanitizer.Escape(error.Text ?? code)) { Code = code });
        return request;
    }

    /// <summary>The request that an answer belongs to. An answer to none is dropped.</summary>
    private PendingRequest? Take(uint? id, ReadOnlySpan<FrameType> types, Func<PendingRequest, bool> isAbout) => pending.HasIds
        ? id is { } number ? pending.Take(number, types) : null
        : pending.TakeOldest(isAbout);

    /// <summary>Without ids, an error names the user or group, which the server escapes, or else the type of the frame.</summary>
    private static bool Answers(CompactControl.Error error, PendingRequest request)
    {
        FrameType? type = error.Code switch
        {
            "join-refused" => FrameType.Join,
            "no-key" => FrameType.KeyQuery,
            "bad-key" => FrameType.Key,
            _ => null,
        };
        return (request.Type == type && (type == FrameType.Key || error.Regarding == TextSanitizer.Escape(request.Name ?? "")))
            || error.Regarding == CompactFrame.Hex(request.Type);
    }
}
