using System.Text;
using ServerLib.Clients;
using ServerLib.Protocol;

namespace ServerLib;

/// <content>What the server is asked. All of it throws alike.</content>
public sealed partial class ServerClient
{
    /// <summary>Asks the server's handler something.</summary>
    /// <param name="body">The question.</param>
    /// <param name="timeout">How long to wait, more than zero. Default <see cref="ServerClientOptions.RequestTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The answer; that nobody handled it, or that the handler failed, is an answer too: see its status.</returns>
    /// <exception cref="TimeoutException">No answer came in time.</exception>
    /// <exception cref="ArgumentException">What is sent is larger than the server takes.</exception>
    /// <exception cref="NotSupportedException">The client speaks the classic protocol.</exception>
    /// <exception cref="ServerClientException">The server says no, or the connection has ended.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<Response> RequestAsync(
        ReadOnlyMemory<byte> body, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        (Response)(await AskAsync(
            "requests",
            FrameType.Request,
            null,
            (session, id, token) => session.SendRequestAsync(id, body, token),
            timeout,
            cancellationToken).ConfigureAwait(false))!;

    /// <inheritdoc cref="RequestAsync(ReadOnlyMemory{byte}, TimeSpan?, CancellationToken)"/>
    /// <param name="text">The question, sent as UTF-8.</param>
    /// <param name="timeout">How long to wait, more than zero. Default <see cref="ServerClientOptions.RequestTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task<Response> RequestAsync(string text, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        RequestAsync(Encoding.UTF8.GetBytes(text), timeout, cancellationToken);

    /// <summary>Joins a group.</summary>
    /// <param name="group">The group's name.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <inheritdoc cref="RequestAsync(ReadOnlyMemory{byte}, TimeSpan?, CancellationToken)" path="/exception"/>
    public Task JoinAsync(string group, CancellationToken cancellationToken = default) =>
        MembershipAsync(FrameType.Join, group, cancellationToken);

    /// <summary>Leaves a group.</summary>
    /// <inheritdoc cref="JoinAsync"/>
    public Task LeaveAsync(string group, CancellationToken cancellationToken = default) =>
        MembershipAsync(FrameType.Leave, group, cancellationToken);

    /// <summary>Asks who is on-line.</summary>
    /// <param name="group">The group whose members are asked for. Default everyone.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The users' names.</returns>
    /// <inheritdoc cref="RequestAsync(ReadOnlyMemory{byte}, TimeSpan?, CancellationToken)" path="/exception"/>
    public async Task<IReadOnlyList<string>> GetUsersAsync(string? group = null, CancellationToken cancellationToken = default) =>
        (string[])(await AskAsync(
            "list of users",
            FrameType.Users,
            group,
            (session, _, token) => session.SendAsync(FrameType.Users, new CompactControl.Group(group), CompactJson.Default.Group, token),
            null,
            cancellationToken).ConfigureAwait(false))!;

    /// <summary>Measures how long the way to the server and back takes.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <inheritdoc cref="RequestAsync(ReadOnlyMemory{byte}, TimeSpan?, CancellationToken)" path="/exception"/>
    public async Task<TimeSpan> PingAsync(CancellationToken cancellationToken = default)
    {
        long start = _options.TimeProvider.GetTimestamp();
        await AskAsync("ping", FrameType.Ping, null, (session, id, token) => session.SendPingAsync(id, token), null, cancellationToken)
            .ConfigureAwait(false);
        return _options.TimeProvider.GetElapsedTime(start);
    }

    private Task<object?> MembershipAsync(FrameType type, string group, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(group);
        return AskAsync(
            "groups",
            type,
            group,
            (session, _, token) => session.SendAsync(type, new CompactControl.Group(group), CompactJson.Default.Group, token),
            null,
            cancellationToken);
    }

    private async Task<object?> AskAsync(
        string what,
        FrameType type,
        string? name,
        Func<CompactSession, uint, CancellationToken, ValueTask> send,
        TimeSpan? timeout,
        CancellationToken cancellationToken)
    {
        TimeSpan limit = timeout ?? _options.RequestTimeout;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(limit, TimeSpan.Zero, nameof(timeout));
        using var expiry = new CancellationTokenSource(limit, _options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellationToken);
        try
        {
            CompactSession session = Compact(what);
            await _asking.WaitAsync(either.Token).ConfigureAwait(false);
            try
            {
                PendingRequest question = session.PendingRequests.Add(type, name);
                try
                {
                    await send(session, question.Id, either.Token).ConfigureAwait(false);
                    return await question.Answer.WaitAsync(either.Token).ConfigureAwait(false);
                }
                finally
                {
                    session.PendingRequests.Remove(question);
                }
            }
            finally
            {
                _asking.Release();
            }
        }
        catch (OperationCanceledException) when (expiry.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            string because = _inbox.IsFull ? "; what has arrived is not read, so nothing more is received" : "";
            throw new TimeoutException($"The server did not answer within {limit.TotalSeconds:0.###} seconds{because}.");
        }
    }
}
