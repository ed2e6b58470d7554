using System.Security.Cryptography;
using System.Text;
using ServerLib.Clients;
using ServerLib.Protocol;

namespace ServerLib;

/// <summary>
/// A user's connection to a server. All members can be called concurrently, with one exception: only one reader at a time may read the
/// received messages with <c>await foreach</c>.
/// </summary>
/// <remarks>
/// Read the received messages, or set <see cref="ServerClientOptions.IgnoresMessages"/>. If too many messages wait to be read (see
/// <see cref="ServerClientOptions.MaxWaitingMessages"/>), the client stops receiving, and the server disconnects it as a slow reader. The
/// enumeration ends when the client is disposed. If the connection ends otherwise, it throws a <see cref="ServerClientException"/>.
/// </remarks>
public sealed class ServerClient : IAsyncDisposable, IDisposable
{
    private readonly ServerClientOptions _options;
    private readonly ReceiveQueue _queue;
    private readonly SessionLoop _sessions;
    private readonly RequestSender _requests;
    private readonly KeyOperations _keys;

    private ServerClient(ServerClientOptions options)
    {
        _options = options;
        _queue = new ReceiveQueue(options.MaxWaitingMessages, options.MaxWaitingBytes, options.IgnoresMessages);
        _sessions = new SessionLoop(options, _queue);
        _requests = new RequestSender(_sessions, _queue, new SemaphoreSlim(options.MaxOutstandingRequests), options);
        _keys = new KeyOperations(_requests, _sessions.Keys, options);
    }

    /// <summary>The user's name as registered.</summary>
    public string Alias => _sessions.Session.Info.Alias;

    /// <summary>The server's greeting. Escape it before you write it to a terminal.</summary>
    public string Greeting => _sessions.Session.Info.Greeting;

    /// <summary>The server's identifier of the connection, which changes with each reconnection. Empty with the classic protocol.</summary>
    public string Session => _sessions.Session.Info.Id;

    /// <summary>The SHA-256 fingerprint of the server's certificate in hex with colons; <see langword="null"/> without TLS.</summary>
    public string? ServerFingerprint => _sessions.Session.Fingerprint;

    /// <summary>The largest frame that the server accepts, in bytes. With the classic protocol, the largest text.</summary>
    public int MaxFrame => _sessions.Session.Info.MaxFrame;

    /// <summary>Whether the client is connected, as far as it knows.</summary>
    public bool IsConnected => _sessions.Session.EndReason is null;

    /// <summary>Connects and logs in.</summary>
    /// <param name="options">The server, the user, and the limits. Do not change them afterwards.</param>
    /// <param name="cancellationToken">Cancels the attempt.</param>
    /// <exception cref="ArgumentException">An option is missing or invalid.</exception>
    /// <exception cref="LoginException">The server refuses the login.</exception>
    /// <exception cref="ServerClientException">The server cannot be reached, is not trusted, or uses another protocol.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    public static async Task<ServerClient> ConnectAsync(ServerClientOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ServerClientOptionsValidator.Validate(options);
        var client = new ServerClient(options);
        await client._sessions.StartAsync(cancellationToken).ConfigureAwait(false);
        return client;
    }

    /// <summary>Reads the received messages until the client is disposed. For one reader at a time.</summary>
    /// <param name="cancellationToken">Stops the reading. Unread messages are kept.</param>
    /// <exception cref="ServerClientException">The connection has ended, and the client does not reconnect.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    public IAsyncEnumerable<ReceivedMessage> ReadAllAsync(CancellationToken cancellationToken = default) =>
        _queue.ReadAllAsync(cancellationToken);

    /// <summary>Makes <c>await foreach</c> work on the client itself, as on <see cref="ReadAllAsync"/>.</summary>
    /// <inheritdoc cref="ReadAllAsync"/>
    public IAsyncEnumerator<ReceivedMessage> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        ReadAllAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);

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
    public ValueTask SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default) =>
        _sessions.GetSession().SendAsync(body, cancellationToken);

    /// <inheritdoc cref="SendAsync(ReadOnlyMemory{byte}, CancellationToken)" path="/*/node()[not(self::param)]"/>
    /// <param name="text">The message, sent as UTF-8.</param>
    /// <param name="cancellationToken">Cancels the waiting. The message may still be sent.</param>
    public ValueTask SendAsync(string text, CancellationToken cancellationToken = default) =>
        SendAsync(Encoding.UTF8.GetBytes(text), cancellationToken);

    /// <summary>Sends a message to one user. If it cannot be delivered, the client receives a <see cref="ReceivedKind.Error"/>.</summary>
    /// <param name="user">The user's name, at most 255 bytes of UTF-8.</param>
    /// <param name="body">The message.</param>
    /// <param name="cancellationToken">Cancels the waiting. The message may still be sent.</param>
    /// <exception cref="ArgumentException">The name is too long, or the message is larger than the server accepts.</exception>
    /// <exception cref="NotSupportedException">The client uses the classic protocol.</exception>
    /// <exception cref="ServerClientException">The connection has ended.</exception>
    /// <exception cref="ObjectDisposedException">The client is disposed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    public ValueTask SendToAsync(string user, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(user);
        return _sessions.GetCompactSession("messages to one user").Sender.SendToAsync(FrameType.DirectIn, user, body, cancellationToken);
    }

    /// <inheritdoc cref="SendToAsync(string, ReadOnlyMemory{byte}, CancellationToken)" path="/*/node()[not(self::param)]"/>
    /// <param name="user">The user's name, at most 255 bytes of UTF-8.</param>
    /// <param name="text">The message, sent as UTF-8.</param>
    /// <param name="cancellationToken">Cancels the waiting. The message may still be sent.</param>
    public ValueTask SendToAsync(string user, string text, CancellationToken cancellationToken = default) =>
        SendToAsync(user, Encoding.UTF8.GetBytes(text), cancellationToken);

    /// <summary>Sends a message to a group. If it cannot be delivered, the client receives a <see cref="ReceivedKind.Error"/>.</summary>
    /// <param name="group">The group's name, at most 255 bytes of UTF-8.</param>
    /// <inheritdoc cref="SendToAsync(string, ReadOnlyMemory{byte}, CancellationToken)" path="/*/node()[not(self::param)]"/>
    /// <param name="body">The message.</param>
    /// <param name="cancellationToken">Cancels the waiting. The message may still be sent.</param>
    public ValueTask SendToGroupAsync(string group, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(group);
        return _sessions.GetCompactSession("groups").Sender.SendToAsync(FrameType.GroupIn, group, body, cancellationToken);
    }

    /// <inheritdoc cref="SendToGroupAsync(string, ReadOnlyMemory{byte}, CancellationToken)" path="/*/node()[not(self::param)]"/>
    /// <param name="group">The group's name, at most 255 bytes of UTF-8.</param>
    /// <param name="text">The message, sent as UTF-8.</param>
    /// <param name="cancellationToken">Cancels the waiting. The message may still be sent.</param>
    public ValueTask SendToGroupAsync(string group, string text, CancellationToken cancellationToken = default) =>
        SendToGroupAsync(group, Encoding.UTF8.GetBytes(text), cancellationToken);

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
    public Task<Response> RequestAsync(ReadOnlyMemory<byte> body, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        _requests.SendAsync(ClientRequest.Request(body), timeout, cancellationToken);

    /// <inheritdoc cref="RequestAsync(ReadOnlyMemory{byte}, TimeSpan?, CancellationToken)" path="/*/node()[not(self::param)]"/>
    /// <param name="text">The request, sent as UTF-8.</param>
    /// <param name="timeout">How long to wait, more than zero. Default <see cref="ServerClientOptions.RequestTimeout"/>.</param>
    /// <param name="cancellationToken">Cancels the waiting. The server may still handle the request.</param>
    public Task<Response> RequestAsync(string text, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        RequestAsync(Encoding.UTF8.GetBytes(text), timeout, cancellationToken);

    /// <summary>Joins a group.</summary>
    /// <param name="group">The group's name.</param>
    /// <param name="cancellationToken">Cancels the waiting.</param>
    /// <inheritdoc cref="RequestAsync(ReadOnlyMemory{byte}, TimeSpan?, CancellationToken)" path="/exception"/>
    public Task JoinAsync(string group, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(group);
        return _requests.SendAsync(ClientRequest.Join(group, () => _sessions.Groups.Add(group)), null, cancellationToken);
    }

    /// <summary>Leaves a group.</summary>
    /// <inheritdoc cref="JoinAsync"/>
    public Task LeaveAsync(string group, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(group);
        return _requests.SendAsync(ClientRequest.Leave(group, () => _sessions.Groups.Remove(group)), null, cancellationToken);
    }

    /// <summary>Lists the users who are online.</summary>
    /// <param name="group">Lists only the members of this group. Default everyone.</param>
    /// <param name="cancellationToken">Cancels the waiting.</param>
    /// <returns>The users' names, or as many of them as fit into a frame.</returns>
    /// <inheritdoc cref="RequestAsync(ReadOnlyMemory{byte}, TimeSpan?, CancellationToken)" path="/exception"/>
    public async Task<IReadOnlyList<string>> GetUsersAsync(string? group = null, CancellationToken cancellationToken = default) =>
        await _requests.SendAsync(ClientRequest.Users(group), null, cancellationToken).ConfigureAwait(false);

    /// <summary>Measures the round-trip time to the server.</summary>
    /// <param name="cancellationToken">Cancels the waiting.</param>
    /// <inheritdoc cref="RequestAsync(ReadOnlyMemory{byte}, TimeSpan?, CancellationToken)" path="/exception"/>
    public async Task<TimeSpan> PingAsync(CancellationToken cancellationToken = default)
    {
        long start = _options.TimeProvider.GetTimestamp();
        await _requests.SendAsync(ClientRequest.Ping(), null, cancellationToken).ConfigureAwait(false);
        return _options.TimeProvider.GetElapsedTime(start);
    }

    /// <summary>Gets a user's public key, or the server's.</summary>
    /// <param name="alias">The user's name. Default the server.</param>
    /// <param name="cancellationToken">Cancels the waiting.</param>
    /// <returns>The key. Dispose it.</returns>
    /// <inheritdoc cref="RequestAsync(ReadOnlyMemory{byte}, TimeSpan?, CancellationToken)" path="/exception"/>
    public async Task<RSA> GetKeyAsync(string? alias = null, CancellationToken cancellationToken = default) =>
        (await _keys.GetAsync(alias, cancellationToken).ConfigureAwait(false)).Key;

    /// <summary>Gets a user's public key, and whether the user has proved to the server that they have the private key.</summary>
    /// <param name="alias">The user's name.</param>
    /// <param name="cancellationToken">Cancels the waiting.</param>
    /// <returns>The key, which you must dispose, and the server's statement.</returns>
    /// <inheritdoc cref="RequestAsync(ReadOnlyMemory{byte}, TimeSpan?, CancellationToken)" path="/exception"/>
    public Task<(RSA Key, bool IsProven)> GetKeyAndProofAsync(string alias, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(alias);
        return _keys.GetAsync(alias, cancellationToken);
    }

    /// <summary>
    /// Sends the user's public key to the server, which gives it to other users on request. If <paramref name="key"/> contains the private
    /// key, and the connection uses TLS or stays on this machine, a signature proves that the user has the private key.
    /// </summary>
    /// <remarks>When the client reconnects, it sends the key again. It signs with the key unless the key is disposed.</remarks>
    /// <param name="key">The key. Only the public key is sent.</param>
    /// <param name="cancellationToken">Cancels the waiting.</param>
    /// <returns>The server's own key. Dispose it.</returns>
    /// <inheritdoc cref="RequestAsync(ReadOnlyMemory{byte}, TimeSpan?, CancellationToken)" path="/exception"/>
    public Task<RSA> SendKeyAsync(RSA key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        return _keys.SendAsync(key, cancellationToken);
    }

    /// <summary>Lists the keys that can log in to the user's account. Needs TLS, or a server on this machine.</summary>
    /// <param name="cancellationToken">Cancels the waiting.</param>
    /// <returns>The keys, the oldest first.</returns>
    /// <inheritdoc cref="RequestAsync(ReadOnlyMemory{byte}, TimeSpan?, CancellationToken)" path="/exception"/>
    public Task<IReadOnlyList<UserKey>> GetSavedKeysAsync(CancellationToken cancellationToken = default) => _keys.GetSavedAsync(cancellationToken);

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
    public Task<IReadOnlyList<UserKey>> SaveKeyAsync(string name, RSA key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(key);
        return _keys.SaveAsync(name, key, cancellationToken);
    }

    /// <summary>Removes a key from the user's account. Existing connections stay open. Needs TLS, or a server on this machine.</summary>
    /// <param name="name">The key's name.</param>
    /// <param name="cancellationToken">Cancels the waiting.</param>
    /// <returns>The account's keys, the oldest first.</returns>
    /// <inheritdoc cref="RequestAsync(ReadOnlyMemory{byte}, TimeSpan?, CancellationToken)" path="/exception"/>
    public Task<IReadOnlyList<UserKey>> RemoveSavedKeyAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _keys.RemoveSavedAsync(name, cancellationToken);
    }

    /// <summary>Changes the user's password. The server ends the user's other connections; this one stays.</summary>
    /// <param name="current">The current password.</param>
    /// <param name="newPassword">The new password.</param>
    /// <param name="cancellationToken">Cancels the waiting. The password may or may not be changed.</param>
    /// <exception cref="ServerClientException">
    /// The password is not changed. The code is <c>failure</c> (the current password is wrong), <c>refused</c> (the message says which rule
    /// the new password breaks), <c>locked</c> or <c>busy</c>. Or the connection has ended.
    /// </exception>
    /// <inheritdoc cref="RequestAsync(ReadOnlyMemory{byte}, TimeSpan?, CancellationToken)" path="/exception[not(contains(@cref, 'ServerClientException'))]"/>
    public async Task ChangePasswordAsync(string current, string newPassword, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(current);
        ArgumentNullException.ThrowIfNull(newPassword);
        ClientRequest<object?> request = ClientRequest.ChangePassword(current, newPassword, () => _options.Password = newPassword);
        await _requests.SendAsync(request, null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs an admin command on the server. The user must be an admin, and the connection must use TLS.</summary>
    /// <param name="line">The command, on one line.</param>
    /// <param name="cancellationToken">Cancels the waiting. The command still runs.</param>
    /// <returns>The command's output, also if the command failed.</returns>
    /// <inheritdoc cref="RequestAsync(ReadOnlyMemory{byte}, TimeSpan?, CancellationToken)" path="/exception"/>
    public Task<CommandOutput> RunCommandAsync(string line, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(line);
        return _requests.SendAsync(ClientRequest.Command(line), null, cancellationToken);
    }

    /// <summary>Disconnects, and waits up to two seconds for the server to close the connection.</summary>
    /// <remarks>Messages that have arrived can still be read.</remarks>
    public async ValueTask DisposeAsync() => await _sessions.DisposeAsync().ConfigureAwait(false);

    /// <summary>Does the same as <see cref="DisposeAsync"/>, and blocks until it is done.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();
}
