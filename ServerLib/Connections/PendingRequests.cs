using System.Collections.Concurrent;
using ServerLib.Protocol;

namespace ServerLib.Connections;

/// <summary>The requests that the server has sent to one client and that are not answered yet.</summary>
/// <param name="connection">The client's connection.</param>
/// <param name="settings">The server's settings.</param>
internal sealed class PendingRequests(Connection connection, ConnectionSettings settings)
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The longest time for which .NET's timers wait.</summary>
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    private readonly ConcurrentDictionary<uint, TaskCompletionSource<Response>> _answers = new();
    private volatile bool _isEnded;
    private int _count;
    private uint _lastId;

    /// <summary>Whether every request is answered.</summary>
    public bool IsEmpty => Volatile.Read(ref _count) == 0;

    /// <summary>
    /// Sends a request and waits for the answer, or calls the method <paramref name="name"/>, if it is not <see langword="null"/>.
    /// </summary>
    public async ValueTask<Response> AskAsync(string? name, ReadOnlyMemory<byte> body, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        // Before anything is sent: the request counts until the client answers.
        TimeSpan limit = timeout ?? DefaultTimeout;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(limit, TimeSpan.Zero, nameof(timeout));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MaxTimeout, nameof(timeout));
        cancellationToken.ThrowIfCancellationRequested();
        CancellationToken ended = connection.Reader.RequestsEnded;
        if (ended.IsCancellationRequested)
            throw CannotAsk();
        int max = settings.Options.Limits.MaxOutstandingRequests;
        if (Interlocked.Increment(ref _count) > max)
        {
            Interlocked.Decrement(ref _count);
            throw ServerLibException.Because($"The client has not answered {max} requests yet.");
        }

        var answer = new TaskCompletionSource<Response>(TaskCreationOptions.RunContinuationsAsynchronously);
        uint id = Add(answer);
        Send(id, name, body.Span);
        connection.Reader.TryReadAhead();
        if (_isEnded)
            answer.TrySetCanceled(CancellationToken.None);
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, ended);
            return await answer.Task.WaitAsync(limit, settings.Time, either.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (name is not null && (e is TimeoutException || cancellationToken.IsCancellationRequested))
        {
            // The client still answers. Until then, the call counts.
            connection.Writer.SendFrame(FrameType.Cancel, id, []);
            throw;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw ServerLibException.Because("The connection ended before the client answered.");
        }
    }

    /// <summary>The client has closed its side, is lost, or has sent what is not a frame: nothing is answered any more.</summary>
    public void Abort()
    {
        _isEnded = true;
        foreach (KeyValuePair<uint, TaskCompletionSource<Response>> request in _answers)
            request.Value.TrySetCanceled(CancellationToken.None);
    }

    /// <summary>Completes the request that <paramref name="response"/> answers. Until then it counts, even if nobody waits any more.</summary>
    public void Complete(Message response)
    {
        if (Remove(response.Id) is { } answer)
            answer.TrySetResult(new Response(response.Status, response.Body.ToArray()));
    }

    private uint Add(TaskCompletionSource<Response> answer)
    {
        uint id;
        do
            id = Interlocked.Increment(ref _lastId);
        while (!_answers.TryAdd(id, answer));
        return id;
    }

    private void Send(uint id, string? name, ReadOnlySpan<byte> body)
    {
        bool isSent = false;
        try
        {
            SendOutcome outcome = name is null
                ? connection.Writer.SendFrame(FrameType.Request, id, body)
                : connection.Writer.SendCall(id, name, body);
            isSent = outcome != SendOutcome.Dropped;
        }
        finally
        {
            if (!isSent)
                Remove(id);
        }

        if (!isSent)
            throw CannotAsk();
    }

    private static ServerLibException CannotAsk() =>
        ServerLibException.Because("The client cannot be asked: it speaks the classic protocol, or its connection has ended.");

    private TaskCompletionSource<Response>? Remove(uint id)
    {
        if (!_answers.TryRemove(id, out TaskCompletionSource<Response>? answer))
            return null;
        Interlocked.Decrement(ref _count);
        return answer;
    }
}
