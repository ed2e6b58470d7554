namespace ServerLib.Testing;

/// <summary>
/// A client whose test asks for the next message or event, and fails with a plain message if another one comes, or none. Nothing sleeps: a
/// call returns as soon as what it waits for arrives.
/// </summary>
/// <remarks>
/// It reads the messages of <see cref="Client"/>, so nothing else may read them. Everything else, such as groups and requests, is done with
/// <see cref="Client"/> itself. A call that waits in vain fails after a limit in real time, whatever the server's clock says. One test reads
/// one message at a time.
/// </remarks>
public sealed class TestClient : IDisposable, IAsyncDisposable
{
    private static readonly TimeSpan DefaultLimit = TimeSpan.FromSeconds(30);

    private readonly TimeSpan _limit;
    private readonly Lock _lock = new();
    private readonly List<string> _received = [];

    /// <summary>Reads the messages of a client, which is disposed together with this object.</summary>
    /// <param name="client">The client, connected or not.</param>
    /// <param name="limit">How long a call waits in vain, in real time. Default 30 seconds.</param>
    public TestClient(ServerClient client, TimeSpan? limit = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        Client = client;
        _limit = limit ?? DefaultLimit;
    }

    /// <summary>The client.</summary>
    public ServerClient Client { get; }

    /// <summary>Sends a message to the server's handler.</summary>
    /// <param name="text">The message.</param>
    /// <exception cref="ServerClientException">The connection has ended.</exception>
    public async Task SendAsync(string text) => await Client.SendAsync(text).ConfigureAwait(false);

    /// <summary>Calls a method of the server that has no result.</summary>
    /// <inheritdoc cref="CallAsync{TResult}" path="/param|/exception"/>
    public Task CallAsync(string name, object? argument = null) => WithinLimitAsync(
        async token =>
        {
            await Client.CallAsync(name, argument, token).ConfigureAwait(false);
            return true;
        },
        $"an answer to the call '{name}'");

    /// <summary>Calls a method of the server, and waits for its result.</summary>
    /// <typeparam name="TResult">The type of the result.</typeparam>
    /// <param name="name">The method's name.</param>
    /// <param name="argument">The argument. Default none.</param>
    /// <exception cref="CallException">The method is unknown, refuses the call or the argument, or has failed.</exception>
    /// <exception cref="TestFailedException">No answer arrived within the limit.</exception>
    /// <exception cref="ServerClientException">The connection has ended.</exception>
    public Task<TResult> CallAsync<TResult>(string name, object? argument = null) => WithinLimitAsync(
        token => Client.CallAsync<TResult>(name, argument, token), $"an answer to the call '{name}'");

    /// <summary>Waits for the next message, announcement or error.</summary>
    /// <exception cref="TestFailedException">None arrived within the limit, or the connection has ended.</exception>
    public Task<ReceivedMessage> ReadAsync() => ReadAsync("a message");

    /// <summary>Waits for the next message, announcement or error, which must have this text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The message.</returns>
    /// <exception cref="TestFailedException">Another or none arrived within the limit, or the connection has ended.</exception>
    public async Task<ReceivedMessage> ExpectAsync(string text)
    {
        ReceivedMessage message = await ReadAsync($"the message '{text}'").ConfigureAwait(false);
        return message.Text == text
            ? message
            : throw await FailedAsync($"expected the message '{text}', but received '{message}'").ConfigureAwait(false);
    }

    /// <summary>
    /// Checks that there is no unread message. What the server has sent before it answers the ping of this method, has arrived by then.
    /// </summary>
    /// <exception cref="TestFailedException">There is an unread message.</exception>
    /// <exception cref="ServerClientException">The connection has ended.</exception>
    public async Task ExpectNothingAsync()
    {
        await WithinLimitAsync(token => Client.PingAsync(token), "an answer to a ping").ConfigureAwait(false);
        if (await FindUnreadAsync().ConfigureAwait(false) is { } message)
            throw await FailedAsync($"expected no message, but received '{message}'").ConfigureAwait(false);
    }

    /// <summary>Waits until the server has ended the connection. Unread messages are skipped.</summary>
    /// <param name="code">The code that the server must give, such as <c>kicked</c>. Default any.</param>
    /// <returns>Why the connection has ended.</returns>
    /// <exception cref="TestFailedException">The server has not ended it within the limit, or has given another code.</exception>
    public async Task<ServerClientException> ExpectClosedAsync(string? code = null)
    {
        string wanted = code is null ? "the end of the connection" : $"the end of the connection with the code '{code}'";
        ServerClientException? end = await WithinLimitAsync(ReadToEndAsync, wanted).ConfigureAwait(false);
        if (end is null)
            throw await FailedAsync($"expected {wanted}, but the client was disposed").ConfigureAwait(false);
        return code is null || end.Code == code
            ? end
            : throw await FailedAsync($"expected {wanted}, but the code is '{end.Code}': {end.Message}", end).ConfigureAwait(false);
    }

    /// <summary>Reads an event from now on. Call it before the server sends the event: an event without a reader is lost.</summary>
    /// <typeparam name="T">The type of the event's data.</typeparam>
    /// <param name="name">The event's name.</param>
    public TestEvents<T> Events<T>(string name) => new(this, name);

    /// <summary>Disposes the client, which ends the connection.</summary>
    public void Dispose() => Client.Dispose();

    /// <summary>Disposes the client, which ends the connection.</summary>
    public ValueTask DisposeAsync() => Client.DisposeAsync();

    /// <summary>Waits for something, and fails after the limit.</summary>
    /// <param name="wait">Waits. The token is canceled after the limit.</param>
    /// <param name="what">What is waited for.</param>
    internal async Task<T> WithinLimitAsync<T>(Func<CancellationToken, Task<T>> wait, string what)
    {
        using var end = new CancellationTokenSource(_limit);
        try
        {
            return await wait(end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (end.IsCancellationRequested)
        {
            throw await FailedAsync($"waited {_limit.TotalSeconds:0.##} s for {what}", e).ConfigureAwait(false);
        }
    }

    /// <summary>Notes what has arrived, for the message of a failure.</summary>
    internal void Note(string line)
    {
        lock (_lock)
            _received.Add(line);
    }

    private async Task<ReceivedMessage> ReadAsync(string what)
    {
        try
        {
            return await WithinLimitAsync(ReadNextAsync, what).ConfigureAwait(false)
                ?? throw await FailedAsync($"expected {what}, but the client was disposed").ConfigureAwait(false);
        }
        catch (ServerClientException e)
        {
            throw await FailedAsync($"expected {what}, but the connection has ended: {e.Message}", e).ConfigureAwait(false);
        }
    }

    private async Task<ServerClientException?> ReadToEndAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await ReadNextAsync(cancellationToken).ConfigureAwait(false) is not null)
            {
            }

            return null;
        }
        catch (ServerClientException e)
        {
            return e;
        }
    }

    private async Task<ReceivedMessage?> ReadNextAsync(CancellationToken cancellationToken)
    {
        await foreach (ReceivedMessage message in Client.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            Note($"{message}");
            return message;
        }

        return null;
    }

    /// <summary>Reads a message that has arrived, and does not wait for one.</summary>
    private async Task<ReceivedMessage?> FindUnreadAsync()
    {
        using var stop = new CancellationTokenSource();
        Task<ReceivedMessage?> next = ReadNextAsync(stop.Token);
        await stop.CancelAsync().ConfigureAwait(false);
        try
        {
            return await next.ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or ServerClientException)
        {
            return null;
        }
    }

    /// <summary>A failure that says what has arrived.</summary>
    private async Task<TestFailedException> FailedAsync(string what, Exception? cause = null)
    {
        while (await FindUnreadAsync().ConfigureAwait(false) is not null)
        {
        }

        string name = Client.Alias is { Length: > 0 } alias ? alias : "The client";
        lock (_lock)
        {
            string received = _received.Count == 0 ? "nothing" : string.Join(", ", _received.Select(line => $"'{line}'"));
            return new TestFailedException($"{name} {what.TrimEnd('.')}. Received so far: {received}.", cause);
        }
    }
}
