using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization.Metadata;
using ServerLib.Protocol;

namespace ServerLib;

/// <summary>Calls methods of a client.</summary>
/// <remarks>
/// Any handler and any method may await a call of its own client: the answer is read meanwhile. A call has the same limits as
/// <see cref="ConnectionExtensions.RequestAsync(Connection, ReadOnlyMemory{byte}, TimeSpan?, CancellationToken)"/>. If the caller stops waiting, the client gets a CANCEL, and its answer is dropped.
/// </remarks>
public static class ConnectionCallExtensions
{
    private const string Reflection = "Serializes any type. Pass JsonTypeInfo instead.";

    /// <summary>Calls a method of the client that returns a value.</summary>
    /// <typeparam name="TResult">The result's type.</typeparam>
    /// <param name="connection">The client's connection.</param>
    /// <param name="name">The method's name, 1 to 255 bytes of UTF-8.</param>
    /// <param name="argument">The argument; <see langword="null"/> for none.</param>
    /// <param name="timeout">How long to wait, more than zero and at most 49 days. Default 30 seconds.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The result; the default of its type if the client returns none.</returns>
    /// <exception cref="CallException">The client answered with another status than 0.</exception>
    /// <exception cref="BodyFormatException">The result does not match the type.</exception>
    /// <exception cref="TimeoutException">The client did not answer in time.</exception>
    /// <exception cref="ArgumentException">The name is not valid, or the argument is larger than the client accepts.</exception>
    /// <exception cref="ServerLibException">
    /// The client does not understand calls (<see cref="Connection.SupportsCalls"/>), its connection has ended, or it has not answered
    /// <see cref="ServerLimits.MaxOutstandingRequests"/> calls and requests yet.
    /// </exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    [RequiresDynamicCode(Reflection)]
    [RequiresUnreferencedCode(Reflection)]
    public static async ValueTask<TResult?> CallAsync<TResult>(
        this Connection connection, string name, object? argument = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        ReadOnlyMemory<byte> body = await CallAsync(connection, name, argument, Write, timeout, cancellationToken).ConfigureAwait(false);
        return body.IsEmpty ? default : connection.Settings.Serializer.Deserialize<TResult>(body);
    }

    /// <summary>Calls a method of the client, and waits until it has returned.</summary>
    /// <param name="connection">The client's connection.</param>
    /// <param name="name">The method's name, 1 to 255 bytes of UTF-8.</param>
    /// <param name="argument">The argument; <see langword="null"/> for none.</param>
    /// <param name="timeout">How long to wait, more than zero and at most 49 days. Default 30 seconds.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <inheritdoc cref="CallAsync{TResult}(Connection, string, object?, TimeSpan?, CancellationToken)" path="/exception"/>
    [RequiresDynamicCode(Reflection)]
    [RequiresUnreferencedCode(Reflection)]
    public static async ValueTask CallAsync(
        this Connection connection, string name, object? argument = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        await CallAsync(connection, name, argument, Write, timeout, cancellationToken).ConfigureAwait(false);

    /// <summary>Calls a method of the client that returns a value. Works in trimmed and AOT-compiled applications.</summary>
    /// <inheritdoc cref="CallAsync{TResult}(Connection, string, object?, TimeSpan?, CancellationToken)" path="/exception|/returns"/>
    /// <typeparam name="TArgument">The argument's type.</typeparam>
    /// <typeparam name="TResult">The result's type.</typeparam>
    /// <param name="connection">The client's connection.</param>
    /// <param name="name">The method's name, 1 to 255 bytes of UTF-8.</param>
    /// <param name="argument">The argument; <see langword="null"/> for none.</param>
    /// <param name="argumentType">Writes the argument, from a source-generated context.</param>
    /// <param name="resultType">Reads the result.</param>
    /// <param name="timeout">How long to wait, more than zero and at most 49 days. Default 30 seconds.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static async ValueTask<TResult?> CallAsync<TArgument, TResult>(
        this Connection connection,
        string name,
        TArgument argument,
        JsonTypeInfo<TArgument> argumentType,
        JsonTypeInfo<TResult> resultType,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(argumentType);
        ArgumentNullException.ThrowIfNull(resultType);
        ReadOnlyMemory<byte> body = await CallAsync(
            connection, name, argument, (_, buffer, value) => JsonBody.Write(buffer, value, argumentType), timeout, cancellationToken)
            .ConfigureAwait(false);
        return body.IsEmpty ? default : JsonBody.Read(body, resultType);
    }

    /// <summary>Calls a method of the client, and waits until it has returned. Works in trimmed and AOT-compiled applications.</summary>
    /// <inheritdoc cref="CallAsync{TResult}(Connection, string, object?, TimeSpan?, CancellationToken)" path="/exception"/>
    /// <typeparam name="TArgument">The argument's type.</typeparam>
    /// <param name="connection">The client's connection.</param>
    /// <param name="name">The method's name, 1 to 255 bytes of UTF-8.</param>
    /// <param name="argument">The argument; <see langword="null"/> for none.</param>
    /// <param name="argumentType">Writes the argument, from a source-generated context.</param>
    /// <param name="timeout">How long to wait, more than zero and at most 49 days. Default 30 seconds.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static async ValueTask CallAsync<TArgument>(
        this Connection connection,
        string name,
        TArgument argument,
        JsonTypeInfo<TArgument> argumentType,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(argumentType);
        await CallAsync(connection, name, argument, (_, buffer, value) => JsonBody.Write(buffer, value, argumentType), timeout, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <exception cref="ServerLibException">The client does not understand calls and events.</exception>
    internal static void ThrowIfNoCalls(Connection connection)
    {
        if (!connection.SupportsCalls)
            throw ServerLibException.Because("The client does not understand calls and events: it is a classic client, or lacks the feature 'call'.");
    }

    private static void Write(Connection connection, PooledBody body, object? argument)
    {
        if (argument is not null)
            connection.Settings.Serializer.Serialize(body, argument);
    }

    private static async ValueTask<ReadOnlyMemory<byte>> CallAsync<T>(
        Connection connection,
        string name,
        T argument,
        Action<Connection, PooledBody, T> write,
        TimeSpan? timeout,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        CallName.ThrowIfInvalid(name);
        ThrowIfNoCalls(connection);
        Response response = await AskAsync().ConfigureAwait(false);
        return response.IsOk ? response.Body : throw CallException.For(name, response);

        ValueTask<Response> AskAsync()
        {
            // The body is copied before this returns.
            using PooledBody body = PooledBody.Rent();
            write(connection, body, argument);
            return connection.Calls.EnsurePending(connection).AskAsync(name, body.Written, timeout, cancellationToken);
        }
    }
}
