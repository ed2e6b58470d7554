using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization.Metadata;
using ServerLib.Protocol;

namespace ServerLib;

/// <summary>
/// Calls and events between a client and its server: the members of <see cref="ServerClient"/> for them. Handlers stay when the client
/// reconnects. They may use the client like any other code, and may be added before the client connects.
/// </summary>
/// <remarks>
/// The members that take a <see cref="JsonTypeInfo"/> use JSON. They are for applications that are trimmed or compiled to native code. The others
/// use <see cref="ServerClientOptions.BodySerializer"/>. <see langword="null"/> is sent as an empty body.
/// </remarks>
#pragma warning disable CA1716 // Developers know On from SignalR. It is a keyword in Visual Basic only.
public interface IServerCalls
{
    /// <summary>Calls a method of the server, without an argument and a result.</summary>
    /// <inheritdoc cref="CallAsync{TResult}(string, object?, CancellationToken)" path="/*/node()[not(self::summary)]"/>
    Task CallAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Calls a method of the server that has no result.</summary>
    /// <inheritdoc cref="CallAsync{TResult}(string, object?, CancellationToken)" path="/*/node()[not(self::summary)]"/>
    [RequiresUnreferencedCode(DefaultSerializer.Reflection)]
    [RequiresDynamicCode(DefaultSerializer.Reflection)]
    Task CallAsync(string name, object? argument, CancellationToken cancellationToken = default);

    /// <summary>Calls a method of the server that has no argument, and waits for its result.</summary>
    /// <inheritdoc cref="CallAsync{TResult}(string, object?, CancellationToken)" path="/*/node()[not(self::summary)]"/>
    [RequiresUnreferencedCode(DefaultSerializer.Reflection)]
    [RequiresDynamicCode(DefaultSerializer.Reflection)]
    Task<TResult> CallAsync<TResult>(string name, CancellationToken cancellationToken = default);

    /// <summary>Calls a method of the server, and waits for its result.</summary>
    /// <remarks>
    /// A call waits for <see cref="ServerClientOptions.RequestTimeout"/> at most. If it times out or is canceled, the server is told, and
    /// cancels the method. The method may have run nevertheless.
    /// </remarks>
    /// <typeparam name="TResult">The type of the result.</typeparam>
    /// <param name="name">The method's name, 1 to 255 bytes of UTF-8.</param>
    /// <param name="argument">The argument.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="CallException">The method is unknown, refuses the call or the argument, or has failed.</exception>
    /// <exception cref="BodyFormatException">The result does not match its type.</exception>
    /// <exception cref="TimeoutException">No answer arrived in time.</exception>
    /// <exception cref="ArgumentException">The name is invalid, or the argument is larger than the server accepts.</exception>
    /// <exception cref="NotSupportedException">The server does not support calls, or the client uses the classic protocol.</exception>
    /// <exception cref="ServerClientException">The connection has ended.</exception>
    /// <exception cref="ObjectDisposedException">The client is disposed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    [RequiresUnreferencedCode(DefaultSerializer.Reflection)]
    [RequiresDynamicCode(DefaultSerializer.Reflection)]
    Task<TResult> CallAsync<TResult>(string name, object? argument, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="CallAsync(string, object?, CancellationToken)" path="/*/node()[not(self::param or self::typeparam)]"/>
    /// <typeparam name="TArgument">The type of the argument.</typeparam>
    /// <param name="name">The method's name, 1 to 255 bytes of UTF-8.</param>
    /// <param name="argument">The argument.</param>
    /// <param name="argumentType">How to write the argument.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task CallAsync<TArgument>(
        string name, TArgument argument, JsonTypeInfo<TArgument> argumentType, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="CallAsync{TResult}(string, CancellationToken)" path="/*/node()[not(self::param or self::typeparam)]"/>
    /// <typeparam name="TResult">The type of the result.</typeparam>
    /// <param name="name">The method's name, 1 to 255 bytes of UTF-8.</param>
    /// <param name="resultType">How to read the result.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task<TResult> CallAsync<TResult>(string name, JsonTypeInfo<TResult> resultType, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="CallAsync{TResult}(string, object?, CancellationToken)" path="/*/node()[not(self::param or self::typeparam)]"/>
    /// <typeparam name="TArgument">The type of the argument.</typeparam>
    /// <typeparam name="TResult">The type of the result.</typeparam>
    /// <param name="name">The method's name, 1 to 255 bytes of UTF-8.</param>
    /// <param name="argument">The argument.</param>
    /// <param name="argumentType">How to write the argument.</param>
    /// <param name="resultType">How to read the result.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task<TResult> CallAsync<TArgument, TResult>(
        string name,
        TArgument argument,
        JsonTypeInfo<TArgument> argumentType,
        JsonTypeInfo<TResult> resultType,
        CancellationToken cancellationToken = default);

    /// <summary>Sends an event without data to the server.</summary>
    /// <inheritdoc cref="SendEventAsync(string, object?, CancellationToken)" path="/*/node()[not(self::summary)]"/>
    ValueTask SendEventAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Sends an event to the server. It is not answered.</summary>
    /// <remarks>Completes when the operating system has accepted the data, which may be before the server receives it.</remarks>
    /// <param name="name">The event's name, 1 to 255 bytes of UTF-8.</param>
    /// <param name="data">The data.</param>
    /// <param name="cancellationToken">Cancels the waiting. The event may still be sent.</param>
    /// <exception cref="ArgumentException">The name is invalid, or the data are larger than the server accepts.</exception>
    /// <exception cref="NotSupportedException">The server does not support events, or the client uses the classic protocol.</exception>
    /// <exception cref="ServerClientException">The connection has ended.</exception>
    /// <exception cref="ObjectDisposedException">The client is disposed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    [RequiresUnreferencedCode(DefaultSerializer.Reflection)]
    [RequiresDynamicCode(DefaultSerializer.Reflection)]
    ValueTask SendEventAsync(string name, object? data, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="SendEventAsync(string, object?, CancellationToken)" path="/*/node()[not(self::param or self::typeparam)]"/>
    /// <typeparam name="T">The type of the data.</typeparam>
    /// <param name="name">The event's name, 1 to 255 bytes of UTF-8.</param>
    /// <param name="data">The data.</param>
    /// <param name="type">How to write the data.</param>
    /// <param name="cancellationToken">Cancels the waiting. The event may still be sent.</param>
    ValueTask SendEventAsync<T>(string name, T data, JsonTypeInfo<T> type, CancellationToken cancellationToken = default);

    /// <summary>Handles an event from the server whose data do not matter.</summary>
    /// <inheritdoc cref="On{T}(string, Func{T, CancellationToken, ValueTask})" path="/*/node()[not(self::summary)]"/>
    IDisposable On(string name, Func<CancellationToken, ValueTask> handler);

    /// <summary>Handles an event from the server.</summary>
    /// <remarks>
    /// All events are handled one after the other, in the order in which the server has sent them. An event can have several handlers. If one
    /// throws, or the data do not match its type, that is logged, and the others run. An event without a handler is discarded. If
    /// <see cref="ServerClientOptions.MaxWaitingBytes"/> of events wait to be handled, the client stops receiving.
    /// </remarks>
    /// <typeparam name="T">The type of the data.</typeparam>
    /// <param name="name">The event's name, 1 to 255 bytes of UTF-8.</param>
    /// <param name="handler">Handles the data. The token is canceled when the client is disposed.</param>
    /// <returns>Removes the handler when it is disposed.</returns>
    /// <exception cref="ArgumentException">The name is invalid.</exception>
    [RequiresUnreferencedCode(DefaultSerializer.Reflection)]
    [RequiresDynamicCode(DefaultSerializer.Reflection)]
    IDisposable On<T>(string name, Func<T, CancellationToken, ValueTask> handler);

    /// <inheritdoc cref="On{T}(string, Func{T, CancellationToken, ValueTask})" path="/*/node()[not(self::param or self::typeparam)]"/>
    /// <typeparam name="T">The type of the data.</typeparam>
    /// <param name="name">The event's name, 1 to 255 bytes of UTF-8.</param>
    /// <param name="handler">Handles the data. The token is canceled when the client is disposed.</param>
    /// <param name="type">How to read the data.</param>
    IDisposable On<T>(string name, Func<T, CancellationToken, ValueTask> handler, JsonTypeInfo<T> type);

    /// <summary>Answers calls from the server, several at once. Only one handler can have a name.</summary>
    /// <remarks>
    /// A call of an unknown name is answered with status 240, an argument that does not match with 242, and an exception with 241; it is
    /// logged. A <see cref="CallException"/> is answered with its own status. <see cref="ServerClientOptions.MaxOutstandingRequests"/> limits
    /// how many calls are handled at once.
    /// </remarks>
    /// <typeparam name="T">The type of the argument.</typeparam>
    /// <typeparam name="TResult">The type of the result.</typeparam>
    /// <param name="name">The name, 1 to 255 bytes of UTF-8.</param>
    /// <param name="handler">Answers a call. The token is canceled when the server cancels the call or the connection ends.</param>
    /// <returns>Removes the handler when it is disposed.</returns>
    /// <exception cref="ArgumentException">The name is invalid.</exception>
    /// <exception cref="InvalidOperationException">There is already a handler with this name.</exception>
    [RequiresUnreferencedCode(DefaultSerializer.Reflection)]
    [RequiresDynamicCode(DefaultSerializer.Reflection)]
    IDisposable OnCall<T, TResult>(string name, Func<T, CancellationToken, ValueTask<TResult>> handler);

    /// <inheritdoc cref="OnCall{T, TResult}(string, Func{T, CancellationToken, ValueTask{TResult}})" path="/*/node()[not(self::param or self::typeparam)]"/>
    /// <typeparam name="T">The type of the argument.</typeparam>
    /// <typeparam name="TResult">The type of the result.</typeparam>
    /// <param name="name">The name, 1 to 255 bytes of UTF-8.</param>
    /// <param name="handler">Answers a call. The token is canceled when the server cancels the call or the connection ends.</param>
    /// <param name="argumentType">How to read the argument.</param>
    /// <param name="resultType">How to write the result.</param>
    IDisposable OnCall<T, TResult>(
        string name, Func<T, CancellationToken, ValueTask<TResult>> handler, JsonTypeInfo<T> argumentType, JsonTypeInfo<TResult> resultType);
}
