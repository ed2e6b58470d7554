using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization.Metadata;
using ServerLib.Protocol;

namespace ServerLib;

/// <summary>Sends events with an <see cref="IMessageRouter"/>. An event is serialized and encoded once for all recipients.</summary>
public static class EventRouterExtensions
{
    private const string Reflection = "Serializes any type. Pass JsonTypeInfo instead.";

    /// <summary>Sends an event to everyone who is logged in and understands events.</summary>
    /// <typeparam name="T">The type of the data.</typeparam>
    /// <param name="router">The router.</param>
    /// <param name="name">The event's name, 1 to 255 bytes of UTF-8.</param>
    /// <param name="data">The data; <see langword="null"/> for none.</param>
    /// <param name="except">A connection that is left out, such as the sender's own.</param>
    /// <param name="cancellationToken">Stops waiting, if the router has to wait for other servers.</param>
    /// <returns>How many connections get the event. Clients that do not understand events are among the dropped.</returns>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    [RequiresDynamicCode(Reflection)]
    [RequiresUnreferencedCode(Reflection)]
    public static ValueTask<SendReport> SendEventToAllAsync<T>(
        this IMessageRouter router, string name, T data, Connection? except = null, CancellationToken cancellationToken = default) =>
        SendAsync(router, name, data, null, message => router.SendEventToAllAsync(message, except, cancellationToken));

    /// <summary>Sends an event to the members of a group that understand events.</summary>
    /// <param name="router">The router.</param>
    /// <param name="group">The group's name.</param>
    /// <param name="name">The event's name, 1 to 255 bytes of UTF-8.</param>
    /// <param name="data">The data; <see langword="null"/> for none.</param>
    /// <param name="except">A connection that is left out, such as the sender's own.</param>
    /// <param name="cancellationToken">Stops waiting, if the router has to wait for other servers.</param>
    /// <inheritdoc cref="SendEventToAllAsync{T}(IMessageRouter, string, T, Connection?, CancellationToken)" path="/typeparam|/returns|/exception"/>
    [RequiresDynamicCode(Reflection)]
    [RequiresUnreferencedCode(Reflection)]
    public static ValueTask<SendReport> SendEventToGroupAsync<T>(
        this IMessageRouter router, string group, string name, T data, Connection? except = null, CancellationToken cancellationToken = default) =>
        SendAsync(router, name, data, null, message => router.SendEventToGroupAsync(group, message, except, cancellationToken));

    /// <summary>Sends an event to all connections of one user that understand events.</summary>
    /// <param name="router">The router.</param>
    /// <param name="username">The recipient's name.</param>
    /// <param name="name">The event's name, 1 to 255 bytes of UTF-8.</param>
    /// <param name="data">The data; <see langword="null"/> for none.</param>
    /// <param name="cancellationToken">Stops waiting, if the router has to wait for other servers.</param>
    /// <inheritdoc cref="SendEventToUsersAsync{T}(IMessageRouter, IReadOnlyCollection{string}, string, T, CancellationToken)" path="/typeparam|/returns|/exception"/>
    [RequiresDynamicCode(Reflection)]
    [RequiresUnreferencedCode(Reflection)]
    public static ValueTask<SendReport> SendEventToUserAsync<T>(
        this IMessageRouter router, string username, string name, T data, CancellationToken cancellationToken = default) =>
        router.SendEventToUsersAsync([username], name, data, cancellationToken);

    /// <summary>Sends an event to all connections of several users that understand events.</summary>
    /// <param name="router">The router.</param>
    /// <param name="usernames">The recipients' names.</param>
    /// <param name="name">The event's name, 1 to 255 bytes of UTF-8.</param>
    /// <param name="data">The data; <see langword="null"/> for none.</param>
    /// <param name="cancellationToken">Stops waiting, if the router has to wait for other servers.</param>
    /// <inheritdoc cref="SendEventToAllAsync{T}(IMessageRouter, string, T, Connection?, CancellationToken)" path="/typeparam|/returns|/exception"/>
    [RequiresDynamicCode(Reflection)]
    [RequiresUnreferencedCode(Reflection)]
    public static ValueTask<SendReport> SendEventToUsersAsync<T>(
        this IMessageRouter router, IReadOnlyCollection<string> usernames, string name, T data, CancellationToken cancellationToken = default) =>
        SendAsync(router, name, data, null, message => router.SendEventToUsersAsync(usernames, message, cancellationToken));

    /// <summary>
    /// Sends an event to everyone who is logged in and understands events. Works in trimmed and AOT-compiled applications.
    /// </summary>
    /// <param name="router">The router.</param>
    /// <param name="name">The event's name, 1 to 255 bytes of UTF-8.</param>
    /// <param name="data">The data; <see langword="null"/> for none.</param>
    /// <param name="type">Writes the data, from a source-generated context.</param>
    /// <param name="except">A connection that is left out, such as the sender's own.</param>
    /// <param name="cancellationToken">Stops waiting, if the router has to wait for other servers.</param>
    /// <inheritdoc cref="SendEventToAllAsync{T}(IMessageRouter, string, T, Connection?, CancellationToken)" path="/typeparam|/returns|/exception"/>
    public static ValueTask<SendReport> SendEventToAllAsync<T>(
        this IMessageRouter router,
        string name,
        T data,
        JsonTypeInfo<T> type,
        Connection? except = null,
        CancellationToken cancellationToken = default) =>
        SendAsync(router, name, data, NotNull(type), message => router.SendEventToAllAsync(message, except, cancellationToken));

    /// <summary>
    /// Sends an event to the members of a group that understand events. Works in trimmed and AOT-compiled applications.
    /// </summary>
    /// <param name="router">The router.</param>
    /// <param name="group">The group's name.</param>
    /// <param name="name">The event's name, 1 to 255 bytes of UTF-8.</param>
    /// <param name="data">The data; <see langword="null"/> for none.</param>
    /// <param name="type">Writes the data, from a source-generated context.</param>
    /// <param name="except">A connection that is left out, such as the sender's own.</param>
    /// <param name="cancellationToken">Stops waiting, if the router has to wait for other servers.</param>
    /// <inheritdoc cref="SendEventToGroupAsync{T}(IMessageRouter, string, string, T, Connection?, CancellationToken)" path="/typeparam|/returns|/exception"/>
    public static ValueTask<SendReport> SendEventToGroupAsync<T>(
        this IMessageRouter router,
        string group,
        string name,
        T data,
        JsonTypeInfo<T> type,
        Connection? except = null,
        CancellationToken cancellationToken = default) =>
        SendAsync(router, name, data, NotNull(type), message => router.SendEventToGroupAsync(group, message, except, cancellationToken));

    /// <summary>
    /// Sends an event to all connections of one user that understand events. Works in trimmed and AOT-compiled applications.
    /// </summary>
    /// <param name="router">The router.</param>
    /// <param name="username">The recipient's name.</param>
    /// <param name="name">The event's name, 1 to 255 bytes of UTF-8.</param>
    /// <param name="data">The data; <see langword="null"/> for none.</param>
    /// <param name="type">Writes the data, from a source-generated context.</param>
    /// <param name="cancellationToken">Stops waiting, if the router has to wait for other servers.</param>
    /// <inheritdoc cref="SendEventToUserAsync{T}(IMessageRouter, string, string, T, CancellationToken)" path="/typeparam|/returns|/exception"/>
    public static ValueTask<SendReport> SendEventToUserAsync<T>(
        this IMessageRouter router, string username, string name, T data, JsonTypeInfo<T> type, CancellationToken cancellationToken = default) =>
        SendAsync(router, name, data, NotNull(type), message => router.SendEventToUsersAsync([username], message, cancellationToken));

    private static JsonTypeInfo<T> NotNull<T>(JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return type;
    }

    /// <summary>Serializes the data, and sends the event.</summary>
    private static async ValueTask<SendReport> SendAsync<T>(
        IMessageRouter router, string name, T data, JsonTypeInfo<T>? type, Func<EventMessage, ValueTask<SendReport>> send)
    {
        ArgumentNullException.ThrowIfNull(router);

        // It may be sent after this thread has gone on, and belongs to nobody else.
        var body = new System.Buffers.ArrayBufferWriter<byte>();
        if (type is not null)
            JsonBody.Write(body, data, type);
        else if (data is not null)
            router.Serializer.Serialize(body, data);
        return await send(new EventMessage(name, body.WrittenMemory)).ConfigureAwait(false);
    }
}
