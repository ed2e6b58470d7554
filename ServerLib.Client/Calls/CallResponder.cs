using System.Collections.Concurrent;
using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <summary>Answers the calls of one connection, several at once, and cancels them when the server does not wait any more.</summary>
/// <param name="methods">The methods.</param>
/// <param name="responder">Bounds the number and the size of calls and requests together, and sends the answers.</param>
internal sealed class CallResponder(CallMethods methods, RequestResponder responder)
{
    private readonly ConcurrentDictionary<uint, CancellationTokenSource> _running = [];

    /// <summary>Starts to answer a CALL.</summary>
    /// <exception cref="ServerClientException">Its id is the id of a call that is not answered yet.</exception>
    public ValueTask StartAsync(Message call)
    {
        var cancellation = new CancellationTokenSource();
        if (!_running.TryAdd(call.Id, cancellation))
            throw ClientErrors.Malformed("CALL with an id that is in use");
        string name = call.Name!;
        uint id = call.Id;
        return responder.StartAsync(id, call.Body, async (body, end) =>
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation.Token, end);
            Response response = await methods.InvokeAsync(name, body, either.Token).ConfigureAwait(false);
            _running.TryRemove(id, out _);
            return response;
        });
    }

    /// <summary>Cancels a call. One that is not running any more is ignored.</summary>
    public void Cancel(uint id)
    {
        if (_running.TryGetValue(id, out CancellationTokenSource? call))
            _ = call.CancelAsync();
    }
}
