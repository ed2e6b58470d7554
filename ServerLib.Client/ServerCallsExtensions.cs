using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization.Metadata;
using ServerLib.Protocol;

namespace ServerLib;

/// <summary>Shorter forms of the members of <see cref="IServerCalls"/>.</summary>
public static class ServerCallsExtensions
{
    /// <inheritdoc cref="IServerCalls.On{T}(string, Func{T, CancellationToken, ValueTask})" path="/*/node()[not(self::param)]"/>
    /// <param name="client">The client.</param>
    /// <param name="name">The event's name, 1 to 255 bytes of UTF-8.</param>
    /// <param name="handler">Handles the data.</param>
    [RequiresUnreferencedCode(DefaultSerializer.Reflection)]
    [RequiresDynamicCode(DefaultSerializer.Reflection)]
    public static IDisposable On<T>(this IServerCalls client, string name, Action<T> handler)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(handler);
        return client.On<T>(name, (data, _) =>
        {
            handler(data);
            return ValueTask.CompletedTask;
        });
    }

    /// <inheritdoc cref="On{T}(IServerCalls, string, Action{T})"/>
    [RequiresUnreferencedCode(DefaultSerializer.Reflection)]
    [RequiresDynamicCode(DefaultSerializer.Reflection)]
    public static IDisposable On<T>(this IServerCalls client, string name, Func<T, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(handler);
        return client.On<T>(name, (data, _) => new ValueTask(handler(data)));
    }

    /// <inheritdoc cref="On{T}(IServerCalls, string, Action{T})" path="/*/node()[not(self::param)]"/>
    /// <param name="client">The client.</param>
    /// <param name="name">The event's name, 1 to 255 bytes of UTF-8.</param>
    /// <param name="handler">Handles the data.</param>
    /// <param name="type">How to read the data.</param>
    public static IDisposable On<T>(this IServerCalls client, string name, Action<T> handler, JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(handler);
        return client.On(
            name,
            (data, _) =>
            {
                handler(data);
                return ValueTask.CompletedTask;
            },
            type);
    }

    /// <inheritdoc cref="On{T}(IServerCalls, string, Action{T}, JsonTypeInfo{T})"/>
    public static IDisposable On<T>(this IServerCalls client, string name, Func<T, Task> handler, JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(handler);
        return client.On(name, (data, _) => new ValueTask(handler(data)), type);
    }

    /// <inheritdoc cref="IServerCalls.On(string, Func{CancellationToken, ValueTask})" path="/*/node()[not(self::param)]"/>
    /// <param name="client">The client.</param>
    /// <param name="name">The event's name, 1 to 255 bytes of UTF-8.</param>
    /// <param name="handler">Handles the event.</param>
    public static IDisposable On(this IServerCalls client, string name, Action handler)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(handler);
        return client.On(name, _ =>
        {
            handler();
            return ValueTask.CompletedTask;
        });
    }

    /// <inheritdoc cref="On(IServerCalls, string, Action)"/>
    public static IDisposable On(this IServerCalls client, string name, Func<Task> handler)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(handler);
        return client.On(name, _ => new ValueTask(handler()));
    }

    /// <summary>Answers calls from the server that have no result, several at once. Only one handler can have a name.</summary>
    /// <inheritdoc cref="IServerCalls.OnCall{T, TResult}(string, Func{T, CancellationToken, ValueTask{TResult}})" path="/*/node()[not(self::summary or self::param or self::typeparam)]"/>
    /// <typeparam name="T">The type of the argument.</typeparam>
    /// <param name="client">The client.</param>
    /// <param name="name">The name, 1 to 255 bytes of UTF-8.</param>
    /// <param name="handler">Answers a call. The token is canceled when the server cancels the call or the connection ends.</param>
    [RequiresUnreferencedCode(DefaultSerializer.Reflection)]
    [RequiresDynamicCode(DefaultSerializer.Reflection)]
    public static IDisposable OnCall<T>(this IServerCalls client, string name, Func<T, CancellationToken, ValueTask> handler)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(handler);
        return client.OnCall<T, object?>(name, async (argument, cancellationToken) =>
        {
            await handler(argument, cancellationToken).ConfigureAwait(false);
            return null;
        });
    }

    /// <inheritdoc cref="OnCall{T}(IServerCalls, string, Func{T, CancellationToken, ValueTask})" path="/*/node()[not(self::param)]"/>
    /// <param name="client">The client.</param>
    /// <param name="name">The name, 1 to 255 bytes of UTF-8.</param>
    /// <param name="handler">Answers a call. The token is canceled when the server cancels the call or the connection ends.</param>
    /// <param name="argumentType">How to read the argument.</param>
    public static IDisposable OnCall<T>(
        this IServerCalls client, string name, Func<T, CancellationToken, ValueTask> handler, JsonTypeInfo<T> argumentType)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(handler);
        ArgumentNullException.ThrowIfNull(argumentType);
        return client.OnCall(
            name,
            async (argument, cancellationToken) =>
            {
                await handler(argument, cancellationToken).ConfigureAwait(false);
                return null;
            },
            argumentType,
            JsonMetadataServices.CreateValueInfo<object?>(argumentType.Options, JsonMetadataServices.ObjectConverter));
    }
}
