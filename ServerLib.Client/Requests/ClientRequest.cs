using System.Text.Json.Serialization.Metadata;
using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <summary>A frame that the server answers.</summary>
/// <typeparam name="TAnswer">The type of the answer.</typeparam>
/// <param name="Feature">The feature's name, for the exception that the classic protocol does not support it.</param>
/// <param name="Type">The type of the frame.</param>
/// <param name="Name">The user or group that it is about.</param>
/// <param name="Send">Sends the frame with this number.</param>
internal sealed record ClientRequest<TAnswer>(
    string Feature, FrameType Type, string? Name, Func<CompactSession, uint, CancellationToken, ValueTask> Send);

/// <summary>Creates the requests.</summary>
internal static class ClientRequest
{
    public static ClientRequest<Response> Request(ReadOnlyMemory<byte> body) =>
        new("requests", FrameType.Request, null, (session, id, token) => session.Sender.SendNumberedAsync(FrameType.Request, id, body, token));

    public static ClientRequest<object?> Ping() =>
        new("pings", FrameType.Ping, null, (session, id, token) => session.Sender.SendNumberedAsync(FrameType.Ping, id, default, token));

    public static ClientRequest<object?> Join(string group) =>
        Control<object?, CompactControl.Group>("groups", FrameType.Join, group, new(group), CompactJson.Default.Group);

    public static ClientRequest<object?> Leave(string group) =>
        Control<object?, CompactControl.Group>("groups", FrameType.Leave, group, new(group), CompactJson.Default.Group);

    public static ClientRequest<string[]> Users(string? group) =>
        Control<string[], CompactControl.Group>("lists of users", FrameType.Users, group, new(group), CompactJson.Default.Group);

    public static ClientRequest<object?> ChangePassword(string current, string newPassword) =>
        Control<object?, CompactControl.Password>(
            "password changes", FrameType.Password, null, new(current, newPassword), CompactJson.Default.Password);

    public static ClientRequest<CommandOutput> Command(string line) =>
        Control<CommandOutput, CompactControl.Command>("commands", FrameType.Command, null, new(line), CompactJson.Default.Command);

    public static ClientRequest<CompactControl.Key> GetKey(string? alias) =>
        Control<CompactControl.Key, CompactControl.KeyQuery>("keys", FrameType.KeyQuery, alias, new(alias), CompactJson.Default.KeyQuery);

    public static ClientRequest<CompactControl.Key> GetSavedKeys() =>
        Control<CompactControl.Key, CompactControl.KeyQuery>(
            "keys", FrameType.KeyQuery, null, new(null, Saved: true), CompactJson.Default.KeyQuery);

    /// <summary>A KEY frame. It is created for a session, because its signature is valid for one connection only.</summary>
    public static ClientRequest<CompactControl.Key> SendKey(Func<CompactSession, CompactControl.Key> create) =>
        new("keys", FrameType.Key, null, (session, _, token) => session.Sender.SendAsync(FrameType.Key, create(session), CompactJson.Default.Key, token));

    private static ClientRequest<TAnswer> Control<TAnswer, TPayload>(
        string feature, FrameType type, string? name, TPayload payload, JsonTypeInfo<TPayload> json) =>
        new(feature, type, name, (session, _, token) => session.Sender.SendAsync(type, payload, json, token));
}
