using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace ServerLib;

/// <summary>
/// A user's connection to a server: the members of <see cref="ServerClient"/>, for tests that replace it.
/// <see cref="ServerClientExtensions"/> has further methods. All members can be called concurrently, except that only one reader at a time may
/// read the received messages, with <c>await foreach</c>.
/// </summary>
public interface IServerClient : IServerCalls, IAsyncDisposable, IDisposable
{
    /// <summary>The user's name as registered.</summary>
    [SuppressMessage("Naming", "CA1716", Justification = "The name is the same as elsewhere, and a keyword in Visual Basic only.")]
    string Alias { get; }

    /// <summary>The server's greeting. Escape it before you write it to a terminal.</summary>
    string Greeting { get; }

    /// <summary>The server's identifier of the connection, which changes with each reconnection. Empty with the classic protocol.</summary>
    string Session { get; }

    /// <summary>The SHA-256 fingerprint of the server's certificate in hex with colons; <see langword="null"/> without TLS.</summary>
    string? ServerFingerprint { get; }

    /// <summary>The largest frame that the server accepts, in bytes. With the classic protocol, the largest text.</summary>
    int MaxFrame { get; }

    /// <summary>Whether the client is connected, as far as it knows.</summary>
    bool IsConnected { get; }

    /// <summary>The state of the connection. <see cref="ServerClientState.Closed"/> before the first <see cref="ConnectAsync"/>.</summary>
    ServerClientState State { get; }

    /// <summary>
    /// Why the last attempt to connect failed, or the last connection ended. <see langword="null"/> if neither has happened. It stays when the
    /// client is connected again.
    /// </summary>
    ServerClientException? LastFailure { get; }

    /// <summary>
    /// Raised when <see cref="State"/> changes, and after each failed attempt to connect: one event at a time, in order, on a thread of the
    /// pool. An exception of a handler is logged.
    /// </summary>
    event EventHandler<ServerClientStateChangedEventArgs>? StateChanged;

    /// <summary>
    /// Connects and logs in, unless the client is connected. It connects again after a failed attempt or the end of a connection. While the
    /// client reconnects, it waits until that is done. Several callers share the connection.
    /// </summary>
    /// <param name="cancellationToken">Cancels the attempt, or the waiting for it.</param>
    /// <exception cref="LoginException">The server refuses the login.</exception>
    /// <exception cref="ServerClientException">The server cannot be reached, is not trusted, or uses another protocol.</exception>
    /// <exception cref="ObjectDisposedException">The client is disposed.</exception>
    /// <exception cref="OperationCanceledException">
    /// <paramref name="cancellationToken"/> was canceled. If attempts have failed before, the inner exception is the last failure.
    /// </exception>
    Task ConnectAsync(CancellationToken cancellationToken = default);

    /// <summary>Waits until the client is connected, for example after <see cref="ServerClientState.Reconnecting"/>. It does not connect.</summary>
    /// <param name="cancellationToken">Cancels the waiting.</param>
    /// <exception cref="ServerClientException">The client is closed, for this reason.</exception>
    /// <exception cref="ObjectDisposedException">The client is disposed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    Task WaitUntilConnectedAsync(CancellationToken cancellationToken = default);

    /// <summary>Reads the received messages until the client is disposed. For one reader at a time.</summary>
    /// <param name="cancellationToken">Stops the reading. Unread messages are kept.</param>
    /// <exception cref="ServerClientException">The connection has ended, and the client does not reconnect.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    IAsyncEnumerable<ReceivedMessage> ReadAllAsync(CancellationToken cancellationToken = default);

    /// <summary>Sends a message to the server's handler. In a chat room, everyone else gets it.</summary>
    /// <remarks>
    /// Completes when the operating system has accepted the data, which may be before the server receives it. With the classic protocol,
    /// the body must be text. A line end is added, and a text longer than one RSA block is sent as several messages.
    /// </remarks>
    /// <param name="body">The message.</param>
    /// <param name="cancellationToken">Cancels the waiting. The message may still be sent.</param>
    /// <exception cref="ArgumentException">The message is too large, or it is not text and the protocol is classic.</exception>
    /// <exception cref="ServerClientException">The connection has ended.</exception>
    /// <exception cref="ObjectDisposedException">The client is disposed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    ValueTask SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default);

    /// <summary>Sends a message to one user. If it cannot be delivered, the client receives a <see cref="ReceivedKind.Error"/>.</summary>
    /// <param name="user">The user's name, at most 255 bytes of UTF-8.</param>
    /// <param name="body">The message.</param>
    /// <param name="cancellationToken">Cancels the waiting. The message may still be sent.</param>
    /// <exception cref="ArgumentException">The name is too long, or the message is larger than the server accepts.</exception>
    /// <exception cref="NotSupportedException">The client uses the classic protocol.</exception>
    /// <exception cref="ServerClientException">The connection has ended.</exception>
    /// <exception cref="ObjectDisposedException">The client is disposed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    ValueTask SendToAsync(string user, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default);

    /// <summary>Sends a message to a group. If it cannot be delivered, the client receives a <see cref="ReceivedKind.Error"/>.</summary>
    /// <param name="group">The group's name, at most 255 bytes of UTF-8.</param>
    /// <inheritdoc cref="SendToAsync(string, ReadOnlyMemory{byte}, CancellationToken)" path="/*/node()[not(self::param)]"/>
    /// <param name="body">The message.</param>
    /// <param name="cancellationToken">Cancels the waiting. The message may still be sent.</param>
    ValueTask SendToGroupAsync(string group, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default);

    /// <summary>Sends a request to the server's handler, and waits for the response.</summary>
    /// <param name="body">The request.</param>
    /// <param name="timeout">How long to wait, more than zero. Default <see cref="ServerClientOptions.RequestTimeout"/>.</param>
    /// <param name="cancellationToken">Cancels the waiting. The server may still handle the request.</param>
    /// <returns>The response. If no handler answers, or the handler fails, its status says so.</returns>
    /// <exception cref="TimeoutException">No answer arrived in time.</exception>
    /// <exception cref="ArgumentException">The request is larger than the server accepts.</exception>
    /// <exception cref="NotSupportedException">The client uses the classic protocol.</exception>
    /// <exception cref="ServerClientException">The server has refused the request, or the connection has ended.</exception>
    /// <exception cref="ObjectDisposedException">The client is disposed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    Task<Response> RequestAsync(ReadOnlyMemory<byte> body, TimeSpan? timeout = null, CancellationToken cancellationToken = default);

    /// <summary>Joins a group.</summary>
    /// <param name="group">The group's name.</param>
    /// <param name="cancellationToken">Cancels the waiting.</param>
    /// <inheritdoc cref="RequestAsync(ReadOnlyMemory{byte}, TimeSpan?, CancellationToken)" path="/exception"/>
    Task JoinAsync(string group, CancellationToken cancellationToken = default);

    /// <summary>Leaves a group.</summary>
    /// <inheritdoc cref="JoinAsync"/>
    Task LeaveAsync(string group, CancellationToken cancellationToken = default);

    /// <summary>Lists the users who are online.</summary>
    /// <param name="group">Lists only the members of this group. Default everyone.</param>
    /// <param name="cancellationToken">Cancels the waiting.</param>
    /// <returns>The users' names, or as many of them as fit into a frame.</returns>
    /// <inheritdoc cref="RequestAsync(ReadOnlyMemory{byte}, TimeSpan?, CancellationToken)" path="/exception"/>
    Task<IReadOnlyList<string>> GetUsersAsync(string? group = null, CancellationToken cancellationToken = default);

    /// <summary>Measures the round-trip time to the server.</summary>
    /// <param name="cancellationToken">Cancels the waiting.</param>
    /// <inheritdoc cref="RequestAsync(ReadOnlyMemory{byte}, TimeSpan?, CancellationToken)" path="/exception"/>
    Task<TimeSpan> PingAsync(CancellationToken cancellationToken = default);

    /// <summary>Gets a user's public key, or the server's.</summary>
    /// <param name="user">The user's name. Default the server.</param>
    /// <param name="cancellationToken">Cancels the waiting.</param>
    /// <returns>The key. Dispose it.</returns>
    /// <inheritdoc cref="RequestAsync(ReadOnlyMemory{byte}, TimeSpan?, CancellationToken)" path="/exception"/>
    Task<RSA> GetKeyAsync(string? user = null, CancellationToken cancellationToken = default);

    /// <summary>Gets a user's public key, and whether the user has proved to the server that they have the private key.</summary>
    /// <param name="user">The user's name.</param>
    /// <param name="cancellationToken">Cancels the waiting.</param>
    /// <returns>The key, which you must dispose, and the server's statement.</returns>
    /// <inheritdoc cref="RequestAsync(ReadOnlyMemory{byte}, TimeSpan?, CancellationToken)" path="/exception"/>
    Task<(RSA Key, bool IsProven)> GetKeyAndProofAsync(string user, CancellationToken cancellationToken = default);

    /// <summary>
    /// Sends the user's public key to the server, which gives it to other users on request. If <paramref name="key"/> has its private part,
    /// and the connection uses TLS or stays on this machine, a signature proves to others that the user holds it.
    /// </summary>
    /// <remarks>When the client reconnects, it sends the key again, and signs with it unless it is disposed.</remarks>
    /// <param name="key">The key. Only its public part is sent.</param>
    /// <param name="cancellationToken">Cancels the waiting.</param>
    /// <returns>The server's own key. Dispose it.</returns>
    /// <inheritdoc cref="RequestAsync(ReadOnlyMemory{byte}, TimeSpan?, CancellationToken)" path="/exception"/>
    Task<RSA> SendKeyAsync(RSA key, CancellationToken cancellationToken = default);

    /// <summary>Lists the keys that can log in to the user's account. Needs TLS, or a server on this machine.</summary>
    /// <param name="cancellationToken">Cancels the waiting.</param>
    /// <returns>The keys, the oldest first.</returns>
    /// <inheritdoc cref="RequestAsync(ReadOnlyMemory{byte}, TimeSpan?, CancellationToken)" path="/exception"/>
    Task<IReadOnlyList<UserKey>> GetSavedKeysAsync(CancellationToken cancellationToken = default);

    /// <summary>Adds a key to the user's account, for logins with <see cref="ServerClientOptions.PrivateKey"/>.</summary>
    /// <remarks>
    /// Other users can ask for the key, as with <see cref="SendKeyAsync"/>. Needs TLS, or a server on this machine. If you then remove the
    /// key in <see cref="ServerClientOptions.PrivateKey"/>, the client reconnects with this key. So do not dispose it before the client.
    /// </remarks>
    /// <param name="name">A name for the key. The rules for user names apply.</param>
    /// <param name="key">The key pair. Only the public key is sent.</param>
    /// <param name="cancellationToken">Cancels the waiting.</param>
    /// <returns>The account's keys, the oldest first.</returns>
    /// <inheritdoc cref="RequestAsync(ReadOnlyMemory{byte}, TimeSpan?, CancellationToken)" path="/exception"/>
    Task<IReadOnlyList<UserKey>> SaveKeyAsync(string name, RSA key, CancellationToken cancellationToken = default);

    /// <summary>Removes a key from the user's account. Existing connections stay open. Needs TLS, or a server on this machine.</summary>
    /// <param name="name">The key's name.</param>
    /// <param name="cancellationToken">Cancels the waiting.</param>
    /// <returns>The account's keys, the oldest first.</returns>
    /// <inheritdoc cref="RequestAsync(ReadOnlyMemory{byte}, TimeSpan?, CancellationToken)" path="/exception"/>
    Task<IReadOnlyList<UserKey>> RemoveSavedKeyAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Changes the user's password. The server ends the user's other connections; this one stays.</summary>
    /// <param name="current">The current password.</param>
    /// <param name="newPassword">The new password.</param>
    /// <param name="cancellationToken">Cancels the waiting. The password may or may not be changed.</param>
    /// <exception cref="ServerClientException">
    /// The password is not changed. The code is <c>failure</c> (the current password is wrong), <c>refused</c> (the message says which rule
    /// the new password breaks), <c>locked</c> or <c>busy</c>. Or the connection has ended.
    /// </exception>
    /// <inheritdoc cref="RequestAsync(ReadOnlyMemory{byte}, TimeSpan?, CancellationToken)" path="/exception[not(contains(@cref, 'ServerClientException'))]"/>
    Task ChangePasswordAsync(string current, string newPassword, CancellationToken cancellationToken = default);

    /// <summary>Runs an admin command on the server. The user must be an admin, and the connection must use TLS.</summary>
    /// <param name="command">The command.</param>
    /// <param name="cancellationToken">Cancels the waiting. The command still runs.</param>
    /// <returns>The command's output, also if the command failed.</returns>
    /// <inheritdoc cref="RequestAsync(ReadOnlyMemory{byte}, TimeSpan?, CancellationToken)" path="/exception"/>
    Task<CommandOutput> RunCommandAsync(CommandRequest command, CancellationToken cancellationToken = default);
}
