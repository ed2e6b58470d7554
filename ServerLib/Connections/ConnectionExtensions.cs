using System.Text;
using ServerLib.Connections;
using ServerLib.Protocol;

namespace ServerLib;

/// <summary>Receives and sends messages and requests over a <see cref="Connection"/>.</summary>
public static class ConnectionExtensions
{
    /// <summary>Waits for the next message.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="cancellationToken">Stops waiting. No message is lost.</param>
    /// <returns>
    /// The message, whose body is valid until the next call of a receiving method; <see langword="null"/> if the connection has ended.
    /// </returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    /// <exception cref="ServerLibException">The client has not logged in.</exception>
    public static async ValueTask<Message?> ReceiveAsync(this Connection connection, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return await connection.WaitToReceiveAsync(cancellationToken).ConfigureAwait(false) && connection.TryReceive(out Message message)
            ? message
            : null;
    }

    /// <summary>Sends bytes, and never waits. What the operating system does not accept at once is queued.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="sender">The name that the client sees, at most 255 bytes of UTF-8.</param>
    /// <param name="body">The bytes. They are copied. A classic client can be sent only UTF-8 text.</param>
    /// <returns>The outcome. Before the login and after the end of the connection, the message is dropped.</returns>
    /// <exception cref="ArgumentException"><paramref name="sender"/> is too long.</exception>
    public static SendOutcome TrySend(this Connection connection, string sender, ReadOnlyMemory<byte> body)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return connection.TrySend(sender, new Message(body));
    }

    /// <summary>Sends a text, and never waits. What the operating system does not accept at once is queued.</summary>
    /// <inheritdoc cref="TrySend(Connection, string, ReadOnlyMemory{byte})" path="/*/node()[not(self::param)]"/>
    /// <param name="connection">The connection.</param>
    /// <param name="sender">The name that the client sees, at most 255 bytes of UTF-8.</param>
    /// <param name="text">The text.</param>
    public static SendOutcome TrySend(this Connection connection, string sender, string text)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return connection.TrySend(sender, new Message(text));
    }

    /// <summary>Sends a message, and waits until the operating system has accepted it.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="sender">The name that the client sees, at most 255 bytes of UTF-8.</param>
    /// <param name="message">The message. Its body is copied. A classic client can be sent only UTF-8 text.</param>
    /// <param name="cancellationToken">Stops waiting. The message stays queued.</param>
    /// <returns>
    /// Whether the operating system has accepted the message. <see langword="false"/> if it was dropped or is larger than the client accepts,
    /// or if the connection was lost before.
    /// </returns>
    /// <exception cref="ArgumentException"><paramref name="sender"/> is too long.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    public static async ValueTask<bool> SendAsync(
        this Connection connection, string sender, Message message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return connection.TrySend(sender, message) is SendOutcome.Sent or SendOutcome.Queued
            && await connection.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends bytes, and waits until the operating system has accepted them.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="sender">The name that the client sees, at most 255 bytes of UTF-8.</param>
    /// <param name="body">The bytes. They are copied. A classic client can be sent only UTF-8 text.</param>
    /// <param name="cancellationToken">Stops waiting. The message stays queued.</param>
    /// <returns>
    /// Whether the operating system has accepted the message. <see langword="false"/> if it was dropped or is larger than the client accepts,
    /// or if the connection was lost before.
    /// </returns>
    /// <exception cref="ArgumentException"><paramref name="sender"/> is too long.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    public static ValueTask<bool> SendAsync(
        this Connection connection, string sender, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return connection.SendAsync(sender, new Message(body), cancellationToken);
    }

    /// <summary>Sends a text, and waits until the operating system has accepted it.</summary>
    /// <inheritdoc cref="SendAsync(Connection, string, ReadOnlyMemory{byte}, CancellationToken)" path="/*/node()[not(self::param)]"/>
    /// <param name="connection">The connection.</param>
    /// <param name="sender">The name that the client sees, at most 255 bytes of UTF-8.</param>
    /// <param name="text">The text.</param>
    /// <param name="cancellationToken">Stops waiting. The message stays queued.</param>
    public static ValueTask<bool> SendAsync(
        this Connection connection, string sender, string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return connection.SendAsync(sender, new Message(text), cancellationToken);
    }

    /// <summary>Sends a text like <c>SendAsync</c>, under the name in SPEC.txt.</summary>
    /// <inheritdoc cref="SendAsync(Connection, string, string, CancellationToken)"/>
    public static ValueTask<bool> TransmitAsync(
        this Connection connection, string sender, string text, CancellationToken cancellationToken = default) =>
        connection.SendAsync(sender, text, cancellationToken);

    /// <summary>Sends a request to a compact client, and waits for the answer.</summary>
    /// <remarks>
    /// The connection's own handler may await this. The server reads the answer although the handler has not returned, unless the client
    /// has sent more than <see cref="ServerLimits.MaxFrameSize"/> and 64 KiB before the answer. A handler must not block its thread until
    /// there is an answer. After the end of the connection, this throws at once. In <see cref="IMessageHandler.OnServerStoppingAsync"/>, it
    /// throws when <see cref="ServerOptions.ShutdownTimeout"/> is over.
    /// </remarks>
    /// <param name="connection">The connection.</param>
    /// <param name="body">The request. It is copied.</param>
    /// <param name="timeout">How long to wait, more than zero and at most 49 days. Default 30 seconds.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="TimeoutException">The client did not answer in time.</exception>
    /// <exception cref="ArgumentException">The request is larger than the client accepts. The connection stays open.</exception>
    /// <exception cref="ServerLibException">
    /// The protocol is classic, the connection has ended, or <see cref="ServerLimits.MaxOutstandingRequests"/> requests are unanswered.
    /// </exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    public static ValueTask<Response> RequestAsync(
        this Connection connection, ReadOnlyMemory<byte> body, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return connection.Calls.EnsurePending(connection).AskAsync(null, body, timeout, cancellationToken);
    }

    /// <summary>Sends a text as a request to a compact client, and waits for the answer.</summary>
    /// <inheritdoc cref="RequestAsync(Connection, ReadOnlyMemory{byte}, TimeSpan?, CancellationToken)" path="/*/node()[not(self::param)]"/>
    /// <param name="connection">The connection.</param>
    /// <param name="text">The request.</param>
    /// <param name="timeout">How long to wait, more than zero. Default 30 seconds.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static ValueTask<Response> RequestAsync(
        this Connection connection, string text, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return connection.RequestAsync(Encoding.UTF8.GetBytes(text), timeout, cancellationToken);
    }

    /// <summary>Answers a request or a call of the client. Never waits.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="request">The request or call.</param>
    /// <param name="response">The answer. Its body is copied.</param>
    /// <returns>The outcome.</returns>
    /// <exception cref="ServerLibException"><paramref name="request"/> is neither a request nor a call.</exception>
    /// <exception cref="ArgumentException">The answer is larger than the client accepts. The connection stays open.</exception>
    public static SendOutcome Respond(this Connection connection, Message request, Response response)
    {
        ArgumentNullException.ThrowIfNull(connection);
        if (request.Kind is not (MessageKind.Request or MessageKind.Call))
            throw ServerLibException.Because("Only a request or a call can be answered.");
        return connection.Writer.SendFrame(FrameType.Response, request.Id, response.Body.Span, response.Status);
    }

    /// <summary>Tells a compact client that something it asked for was not done. Never waits. A classic client gets nothing.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="code">A code for programs.</param>
    /// <param name="text">A sentence for people.</param>
    /// <param name="about">What the error is about, such as a name.</param>
    /// <returns>The outcome.</returns>
    public static SendOutcome SendError(this Connection connection, string code, string text, string? about = null)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return connection.Writer.SendError(code, text, about);
    }
}
