using System.Collections.Concurrent;
using ServerLib.Protocol;

namespace ServerLib.Connections;

/// <summary>The requests that the server has sent to one client and that are not answered yet.</summary>
/// <param name="connection">The client's connection.</param>
/// <param name="settings">The server's settings.</param>
internal sealed class PendingRequests(Connection connection, ConnectionSettings settings)
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<uint, TaskCompletionSource<Response>> _answers = new();
    private int _count;
    private uint _lastId;

    public bool IsEmpty => Volatile.Read(ref _count) == 0;

    /// <inheritdoc cref="Connection.RequestAsync(ReadOnlyMemory{byte}, TimeSpan?, CancellationToken)"/>
    public async ValueTask<Response> RequestAsync(ReadOnlyMemory<byte> body, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        int max = settings.Options.Limits.MaxOutstandingRequests;
        if (Interlocked.Increment(ref _count) > max)
        {
            Interlocked.Decrement(ref _count);
            throw ServerLibException.Because($"The client has not answered {max} requests yet.");
        }

        uint id = Interlocked.Increment(ref _lastId);
        var answer = new TaskCompletionSource<Response>(TaskCreationOptions.RunContinuationsAsynchronously);
        _answers[id] = answer;
        try
        {
            if (connection.Writer.SendFrame(FrameType.Request, id, body.Span) == SendOutcome.Dropped)
                throw ServerLibException.Because("The client cannot be asked: it speaks the classic protocol, or its connection has ended.");
            connection.Reader.ReadAnswers(this);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, connection.Aborted);
            return await answer.Task.WaitAsync(timeout ?? DefaultTimeout, settings.Time, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (connection.Reason != DisconnectReason.None && !cancellationToken.IsCancellationRequested)
        {
            throw ServerLibException.Because("The connection ended before the client answered.");
        }
        finally
        {
            _answers.TryRemove(id, out _);
            Interlocked.Decrement(ref _count);
        }
    }

    /// <summary>Completes the request that <paramref name="response"/> answers, if it still waits.</summary>
    public void Complete(Message response)
    {
        if (_answers.TryGetValue(response.Id, out TaskCompletionSource<Response>? answer))
            answer.TrySetResult(new Response(response.Status, response.Body.ToArray()));
    }
}
