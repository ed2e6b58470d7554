using System.Text.Json.Serialization.Metadata;
using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <summary>A frame that the server answers.</summary>
/// <typeparam name="TAnswer">The type of the answer.</typeparam>
/// <param name="Feature">The feature's name, for the exception that the classic protocol does not support it.</param>
/// <param name="Type">The type of the frame.</param>
/// <param name="Name">The user or group that it is about.</param>
/// <param name="Send">Sends the frame.</param>
/// <param name="OnSuccess">Changes the client's state if the server agrees, whether or not anybody waits for the answer.</param>
internal sealed record ClientRequest<TAnswer>(
    string Feature,
    FrameType Type,
    string? Name,
    Func<CompactSession, PendingRequest, CancellationToken, ValueTask> Send,
    Action<TAnswer>? OnSuccess = null);

/// <summary>Creates the requests.</summary>
internal static class ClientRequest
{
    public static ClientRequest<Response> Request(ReadOnlyMemory<byte> body) =>
        new("requests", FrameType.Request, null, (session, request, token) => session.Sender.SendNumberedAsync(request, body, token));

    public static ClientRequest<Response> Call(string name, ReadOnlyMemory<byte> body) => new(
        "calls", FrameType.Call, name, (session, request, token) => session.GetCallSender().SendCallAsync(request, name, body, token));

    public static ClientRequest<object?> Ping() =>
        new("pings", FrameType.Ping, null, (session, request, token) => session.Sender.SendNumberedAsync(request, default, token));

    public static ClientRequest<object?> Join(string group, Action onSuccess) => Control<object?, CompactControl.Group>(
        "groups", FrameType.Join, group, id => new(group, id), CompactJson.Default.Group, onSuccess);

    public static ClientRequest<object?> Leave(string group, Action onSuccess) => Control<object?, CompactControl.Group>(
        "groups", FrameType.Leave, group, id => new(group, id), CompactJson.Default.Group, onSuccess);

    public static ClientRequest<string[]> Users(string? group) => Control<string[], CompactControl.Group>(
        "lists of users", FrameType.Users, group, id => new(group, id), CompactJson.Default.Group);

    public static ClientRequest<object?> ChangePassword(string current, string newPassword, Action onSuccess) =>
        Control<object?, CompactControl.Password>(
            "password changes", FrameType.Password, null, id => new(current, newPassword, id), CompactJson.Default.Password, onSuccess);

    public static ClientRequest<CommandOutput> Command(string line, string? input) => Control<CommandOutput, CompactControl.Command>(
        "commands", FrameType.Command, null, id => new(line, id, input), CompactJson.Default.Command);

    public static ClientRequest<CompactControl.Key> GetKey(string? alias) => Control<CompactControl.Key, CompactControl.KeyQuery>(
        "keys", FrameType.KeyQuery, alias, id => new(alias, Id: id), CompactJson.Default.KeyQuery);

    public static ClientRequest<CompactControl.Key> GetSavedKeys() => Control<CompactControl.Key, CompactControl.KeyQuery>(
        "keys", FrameType.KeyQuery, null, id => new(null, Saved: true, Id: id), CompactJson.Default.KeyQuery);

    /// <summary>A KEY frame. It is created for a session, because its signature is valid for one connection only.</summary>
    public static ClientRequest<CompactControl.Key> SendKey(
        Func<CompactSession, CompactControl.Key> create, Action<CompactControl.Key>? onSuccess) => new(
        "keys",
        FrameType.Key,
        null,
        (session, request, token) => session.Sender.SendAsync(
            request, create(session) with { Id = session.PendingRequests.IdOnWire(request) }, CompactJson.Default.Key, token),
        onSuccess);

    private static ClientRequest<TAnswer> Control<TAnswer, TPayload>(
        string feature,
        FrameType type,
        string? name,
        Func<uint?, TPayload> create,
        JsonTypeInfo<TPayload> json,
        Action? onSuccess = null) => new(
        feature,
        type,
        name,
        (session, request, token) => session.Sender.SendAsync(request, create(session.PendingRequests.IdOnWire(request)), json, token),
        onSuccess is null ? null : _ => onSuccess());
}
