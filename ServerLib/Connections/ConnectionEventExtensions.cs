using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization.Metadata;
using ServerLib.Protocol;

namespace ServerLib;

/// <summary>Sends events to a client.</summary>
public static class ConnectionEventExtensions
{
    private const string Reflection = "Serializes any type. Pass JsonTypeInfo instead.";

    /// <summary>Sends an event, and never waits. What the operating system does not accept at once is queued.</summary>
    /// <typeparam name="T">The type of the data.</typeparam>
    /// <param name="connection">The client's connection.</param>
    /// <param name="name">The event's name, 1 to 255 bytes of UTF-8.</param>
    /// <param name="data">The data; <see langword="null"/> for none.</param>
    /// <returns>The outcome. After the end of the connection, the event is dropped.</returns>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    /// <exception cref="ServerLibException">The client does not understand events (<see cref="Connection.SupportsCalls"/>).</exception>
    [RequiresDynamicCode(Reflection)]
    [RequiresUnreferencedCode(Reflection)]
    public static SendOutcome TrySendEvent<T>(this Connection connection, string name, T data)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ConnectionCallExtensions.ThrowIfNoCalls(connection);
        using PooledBody body = PooledBody.Rent();
        if (data is not null)
            connection.Settings.Serializer.Serialize(body, data);
        return connection.Writer.SendEvent(name, body.Written.Span);
    }

    /// <summary>Sends an event without data, and never waits. What the operating system does not accept at once is queued.</summary>
    /// <param name="connection">The client's connection.</param>
    /// <param name="name">The event's name, 1 to 255 bytes of UTF-8.</param>
    /// <inheritdoc cref="TrySendEvent{T}(Connection, string, T)" path="/exception|/returns"/>
    public static SendOutcome TrySendEvent(this Connection connection, string name)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ConnectionCallExtensions.ThrowIfNoCalls(connection);
        return connection.Writer.SendEvent(name, []);
    }

    /// <summary>
    /// Sends an event, and never waits. What the operating system does not accept at once is queued. Works in trimmed and AOT-compiled
    /// applications.
    /// </summary>
    /// <param name="connection">The client's connection.</param>
    /// <param name="name">The event's name, 1 to 255 bytes of UTF-8.</param>
    /// <param name="data">The data; <see langword="null"/> for none.</param>
    /// <param name="type">Writes the data, from a source-generated context.</param>
    /// <inheritdoc cref="TrySendEvent{T}(Connection, string, T)" path="/typeparam|/exception|/returns"/>
    public static SendOutcome TrySendEvent<T>(this Connection connection, string name, T data, JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(type);
        ConnectionCallExtensions.ThrowIfNoCalls(connection);
        using PooledBody body = PooledBody.Rent();
        JsonBody.Write(body, data, type);
        return connection.Writer.SendEvent(name, body.Written.Span);
    }

    /// <summary>Sends an event, and waits until it is handed to the operating system.</summary>
    /// <param name="connection">The client's connection.</param>
    /// <param name="name">The event's name, 1 to 255 bytes of UTF-8.</param>
    /// <param name="data">The data; <see langword="null"/> for none.</param>
    /// <param name="cancellationToken">Stops waiting. The event stays queued.</param>
    /// <inheritdoc cref="TrySendEvent{T}(Connection, string, T)" path="/typeparam|/exception"/>
    /// <returns>Whether the event was handed over; not if it was dropped or is too large, or the connection was lost first.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    [RequiresDynamicCode(Reflection)]
    [RequiresUnreferencedCode(Reflection)]
    public static ValueTask<bool> SendEventAsync<T>(this Connection connection, string name, T data, CancellationToken cancellationToken = default) =>
        FlushAsync(connection, connection.TrySendEvent(name, data), cancellationToken);

    /// <summary>Sends an event without data, and waits until it is handed to the operating system.</summary>
    /// <param name="connection">The client's connection.</param>
    /// <param name="name">The event's name, 1 to 255 bytes of UTF-8.</param>
    /// <param name="cancellationToken">Stops waiting. The event stays queued.</param>
    /// <inheritdoc cref="SendEventAsync{T}(Connection, string, T, CancellationToken)" path="/exception|/returns"/>
    public static ValueTask<bool> SendEventAsync(this Connection connection, string name, CancellationToken cancellationToken = default) =>
        FlushAsync(connection, connection.TrySendEvent(name), cancellationToken);

    /// <summary>Sends an event, and waits until it is handed to the operating system. Works in trimmed and AOT-compiled applications.</summary>
    /// <param name="connection">The client's connection.</param>
    /// <param name="name">The event's name, 1 to 255 bytes of UTF-8.</param>
    /// <param name="data">The data; <see langword="null"/> for none.</param>
    /// <param name="type">Writes the data, from a source-generated context.</param>
    /// <param name="cancellationToken">Stops waiting. The event stays queued.</param>
    /// <inheritdoc cref="SendEventAsync{T}(Connection, string, T, CancellationToken)" path="/typeparam|/exception|/returns"/>
    public static ValueTask<bool> SendEventAsync<T>(
        this Connection connection, string name, T data, JsonTypeInfo<T> type, CancellationToken cancellationToken = default) =>
        FlushAsync(connection, connection.TrySendEvent(name, data, type), cancellationToken);

    private static async ValueTask<bool> FlushAsync(Connection connection, SendOutcome outcome, CancellationToken cancellationToken) =>
        outcome is SendOutcome.Sent or SendOutcome.Queued && await connection.FlushAsync(cancellationToken).ConfigureAwait(false);
}
