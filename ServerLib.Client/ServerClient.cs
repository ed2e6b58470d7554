using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json.Serialization.Metadata;
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
public sealed class ServerClient : IServerClient
{
    private readonly ServerClientOptions _options;
    private readonly ClientState _client;
    private readonly ClientStatus _status;
    private readonly SessionLoop _sessions;
    private readonly RequestSender _requests;
    private readonly KeyOperations _keys;
    private readonly ClientCalls _calls;

    /// <summary>Creates a client that is not connected. Call <see cref="ConnectAsync(CancellationToken)"/>.</summary>
    /// <param name="options">The server, the user, and the limits. Do not change them afterwards.</param>
    /// <exception cref="ArgumentException">An option is missing or invalid.</exception>
    public ServerClient(ServerClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ServerClientOptionsValidator.Validate(options);
        _options = options;
        var log = ClientEvents.Create(options);
        _client = new ClientState(options, log);
        _status = new ClientStatus(this, log);
        _sessions = new SessionLoop(options, _client, _status);
        _requests = new RequestSender(_sessions, _client, new SemaphoreSlim(options.MaxOutstandingRequests), options);
        _keys = new KeyOperations(_requests, _client.Keys, options);
        _calls = new ClientCalls(_sessions, _requests, _client);
    }

    /// <inheritdoc/>
    public event EventHandler<ServerClientStateChangedEventArgs>? StateChanged
    {
        add => _status.Changed += value;
        remove => _status.Changed -= value;
    }

    /// <inheritdoc/>
    public string Alias => _sessions.Session.Info.Alias;

    /// <inheritdoc/>
    public string Greeting => _sessions.Session.Info.Greeting;

    /// <inheritdoc/>
    public string Session => _sessions.Session.Info.Id;

    /// <inheritdoc/>
    public string? ServerFingerprint => _sessions.Session.Fingerprint;

    /// <inheritdoc/>
    public int MaxFrame => _sessions.Session.Info.MaxFrame;

    /// <inheritdoc/>
    public bool IsConnected => State == ServerClientState.Connected;

    /// <inheritdoc/>
    public ServerClientState State => _status.State;

    /// <inheritdoc/>
    public ServerClientException? LastFailure => _status.LastFailure;

    /// <summary>Creates a client, connects it, and logs it in.</summary>
    /// <param name="options">The server, the user, and the limits. Do not change them afterwards.</param>
    /// <param name="cancellationToken">Cancels the attempt.</param>
    /// <exception cref="ArgumentException">An option is missing or invalid.</exception>
    /// <inheritdoc cref="IServerClient.ConnectAsync" path="/exception"/>
    public static async Task<ServerClient> ConnectAsync(ServerClientOptions options, CancellationToken cancellationToken = default)
    {
        var client = new ServerClient(options);
        await client.ConnectAsync(cancellationToken).ConfigureAwait(false);
        return client;
    }

    /// <inheritdoc/>
    public Task ConnectAsync(CancellationToken cancellationToken = default) => _sessions.ConnectAsync(cancellationToken);

    /// <inheritdoc/>
    public Task WaitUntilConnectedAsync(CancellationToken cancellationToken = default) => _sessions.WaitUntilConnectedAsync(cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<ReceivedMessage> ReadAllAsync(CancellationToken cancellationToken = default) =>
        _client.Messages.ReadAllAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default) =>
        _sessions.GetSession().SendAsync(body, cancellationToken);

    /// <inheritdoc/>
    public ValueTask SendToAsync(string user, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(user);
        return _sessions.GetCompactSession("messages to one user").Sender.SendToAsync(FrameType.DirectIn, user, body, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask SendToGroupAsync(string group, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(group);
        return _sessions.GetCompactSession("groups").Sender.SendToAsync(FrameType.GroupIn, group, body, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Response> RequestAsync(ReadOnlyMemory<byte> body, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        _requests.SendAsync(ClientRequest.Request(body), timeout, cancellationToken);

    /// <inheritdoc/>
    public Task JoinAsync(string group, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(group);
        return _requests.SendAsync(ClientRequest.Join(group, () => _client.Groups.Add(group)), null, cancellationToken);
    }

    /// <inheritdoc/>
    public Task LeaveAsync(string group, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(group);
        return _requests.SendAsync(ClientRequest.Leave(group, () => _client.Groups.Remove(group)), null, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> GetUsersAsync(string? group = null, CancellationToken cancellationToken = default) =>
        await _requests.SendAsync(ClientRequest.Users(group), null, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<TimeSpan> PingAsync(CancellationToken cancellationToken = default)
    {
        long start = _options.TimeProvider.GetTimestamp();
        await _requests.SendAsync(ClientRequest.Ping(), null, cancellationToken).ConfigureAwait(false);
        return _options.TimeProvider.GetElapsedTime(start);
    }

    /// <inheritdoc/>
    public async Task<RSA> GetKeyAsync(string? user = null, CancellationToken cancellationToken = default) =>
        (await _keys.GetAsync(user, cancellationToken).ConfigureAwait(false)).Key;

    /// <inheritdoc/>
    public Task<(RSA Key, bool IsProven)> GetKeyAndProofAsync(string user, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(user);
        return _keys.GetAsync(user, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<RSA> SendKeyAsync(RSA key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        return _keys.SendAsync(key, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<UserKey>> GetSavedKeysAsync(CancellationToken cancellationToken = default) => _keys.GetSavedAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<UserKey>> SaveKeyAsync(string name, RSA key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(key);
        return _keys.SaveAsync(name, key, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<UserKey>> RemoveSavedKeyAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _keys.RemoveSavedAsync(name, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task ChangePasswordAsync(string current, string newPassword, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(current);
        ArgumentNullException.ThrowIfNull(newPassword);
        ClientRequest<object?> request = ClientRequest.ChangePassword(current, newPassword, () => _client.UsePassword(newPassword));
        await _requests.SendAsync(request, null, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<CommandOutput> RunCommandAsync(CommandRequest command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        return _requests.SendAsync(ClientRequest.Command(command.Line, command.Input), null, cancellationToken);
    }

    /// <inheritdoc/>
    public Task CallAsync(string name, CancellationToken cancellationToken = default) => _calls.CallAsync(name, default, cancellationToken);

    /// <inheritdoc/>
    [RequiresUnreferencedCode(DefaultSerializer.Reflection)]
    [RequiresDynamicCode(DefaultSerializer.Reflection)]
    public Task CallAsync(string name, object? argument, CancellationToken cancellationToken = default) =>
        _calls.CallAsync(name, Body.Write(argument, Serializer), cancellationToken);

    /// <inheritdoc/>
    [RequiresUnreferencedCode(DefaultSerializer.Reflection)]
    [RequiresDynamicCode(DefaultSerializer.Reflection)]
    public Task<TResult> CallAsync<TResult>(string name, CancellationToken cancellationToken = default) =>
        CallAsync<TResult>(name, (object?)null, cancellationToken);

    /// <inheritdoc/>
    [RequiresUnreferencedCode(DefaultSerializer.Reflection)]
    [RequiresDynamicCode(DefaultSerializer.Reflection)]
    public async Task<TResult> CallAsync<TResult>(string name, object? argument, CancellationToken cancellationToken = default)
    {
        ReadOnlyMemory<byte> sent = Body.Write(argument, Serializer);
        return Body.Read<TResult>(await _calls.CallAsync(name, sent, cancellationToken).ConfigureAwait(false), Serializer);
    }

    /// <inheritdoc/>
    public Task CallAsync<TArgument>(
        string name, TArgument argument, JsonTypeInfo<TArgument> argumentType, CancellationToken cancellationToken = default) =>
        _calls.CallAsync(name, Body.Write(argument, argumentType), cancellationToken);

    /// <inheritdoc/>
    public async Task<TResult> CallAsync<TResult>(string name, JsonTypeInfo<TResult> resultType, CancellationToken cancellationToken = default) =>
        Body.Read(await _calls.CallAsync(name, default, cancellationToken).ConfigureAwait(false), resultType);

    /// <inheritdoc/>
    public async Task<TResult> CallAsync<TArgument, TResult>(
        string name,
        TArgument argument,
        JsonTypeInfo<TArgument> argumentType,
        JsonTypeInfo<TResult> resultType,
        CancellationToken cancellationToken = default)
    {
        ReadOnlyMemory<byte> sent = Body.Write(argument, argumentType);
        return Body.Read(await _calls.CallAsync(name, sent, cancellationToken).ConfigureAwait(false), resultType);
    }

    /// <inheritdoc/>
    public ValueTask SendEventAsync(string name, CancellationToken cancellationToken = default) =>
        _calls.SendEventAsync(name, default, cancellationToken);

    /// <inheritdoc/>
    [RequiresUnreferencedCode(DefaultSerializer.Reflection)]
    [RequiresDynamicCode(DefaultSerializer.Reflection)]
    public ValueTask SendEventAsync(string name, object? data, CancellationToken cancellationToken = default) =>
        _calls.SendEventAsync(name, Body.Write(data, Serializer), cancellationToken);

    /// <inheritdoc/>
    public ValueTask SendEventAsync<T>(string name, T data, JsonTypeInfo<T> type, CancellationToken cancellationToken = default) =>
        _calls.SendEventAsync(name, Body.Write(data, type), cancellationToken);

    /// <inheritdoc/>
    public IDisposable On(string name, Func<CancellationToken, ValueTask> handler) => _calls.On(name, (_, token) => handler(token));

    /// <inheritdoc/>
    [RequiresUnreferencedCode(DefaultSerializer.Reflection)]
    [RequiresDynamicCode(DefaultSerializer.Reflection)]
    public IDisposable On<T>(string name, Func<T, CancellationToken, ValueTask> handler)
    {
        IBodySerializer serializer = Serializer;
        return _calls.On(name, (data, token) => handler(Body.Read<T>(data, serializer), token));
    }

    /// <inheritdoc/>
    public IDisposable On<T>(string name, Func<T, CancellationToken, ValueTask> handler, JsonTypeInfo<T> type) =>
        _calls.On(name, (data, token) => handler(Body.Read(data, type), token));

    /// <inheritdoc/>
    [RequiresUnreferencedCode(DefaultSerializer.Reflection)]
    [RequiresDynamicCode(DefaultSerializer.Reflection)]
    public IDisposable OnCall<T, TResult>(string name, Func<T, CancellationToken, ValueTask<TResult>> handler)
    {
        IBodySerializer serializer = Serializer;
        return _calls.OnCall(name, handler, body => Body.Read<T>(body, serializer), result => Body.Write(result, serializer));
    }

    /// <inheritdoc/>
    public IDisposable OnCall<T, TResult>(
        string name, Func<T, CancellationToken, ValueTask<TResult>> handler, JsonTypeInfo<T> argumentType, JsonTypeInfo<TResult> resultType) =>
        _calls.OnCall(name, handler, body => Body.Read(body, argumentType), result => Body.Write(result, resultType));

    private IBodySerializer Serializer
    {
        [RequiresUnreferencedCode(DefaultSerializer.Reflection)]
        [RequiresDynamicCode(DefaultSerializer.Reflection)]
        get => _options.BodySerializer ?? DefaultSerializer.Instance;
    }

    /// <summary>Disconnects, and waits up to two seconds for the server to close the connection.</summary>
    /// <remarks>Messages that have arrived can still be read.</remarks>
    public async ValueTask DisposeAsync() => await _sessions.DisposeAsync().ConfigureAwait(false);

    /// <summary>Does the same as <see cref="DisposeAsync"/>, and blocks until it is done.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();
}
