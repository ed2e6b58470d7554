using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <summary>
/// The requests of one connection that the server has not answered yet. REQUEST and PING are matched by number. The others are matched by
/// type and name, the oldest first, because the server answers in order.
/// </summary>
internal sealed class PendingRequests
{
    private readonly Lock _lock = new();
    private readonly Dictionary<uint, PendingRequest> _numbered = [];
    private readonly List<PendingRequest> _others = [];
    private ServerClientException? _end;
    private uint _lastId;

    /// <exception cref="ServerClientException">The connection has ended.</exception>
    public PendingRequest Add(FrameType type, string? name)
    {
        lock (_lock)
        {
            if (_end is not null)
                throw ClientErrors.Copy(_end);
            var request = new PendingRequest(type, name, ++_lastId);
            if (IsNumbered(type))
                _numbered.Add(request.Id, request);
            else
                _others.Add(request);
            return request;
        }
    }

    public void Remove(PendingRequest request)
    {
        lock (_lock)
        {
            if (IsNumbered(request.Type))
                _numbered.Remove(request.Id);
            else
                _others.Remove(request);
        }
    }

    /// <summary>Removes and returns the request or ping with this number.</summary>
    public PendingRequest? Take(FrameType type, uint id)
    {
        lock (_lock)
            return _numbered.TryGetValue(id, out PendingRequest? found) && found.Type == type && _numbered.Remove(id) ? found : null;
    }

    /// <summary>Removes and returns the oldest of the other requests that <paramref name="predicate"/> accepts.</summary>
    public PendingRequest? Take(Predicate<PendingRequest> predicate)
    {
        lock (_lock)
        {
            int index = _others.FindIndex(predicate);
            if (index < 0)
                return null;
            PendingRequest found = _others[index];
            _others.RemoveAt(index);
            return found;
        }
    }

    /// <summary>Fails all pending and future requests, because the connection has ended.</summary>
    public void Close(ServerClientException end)
    {
        PendingRequest[] pending;
        lock (_lock)
        {
            _end ??= end;
            pending = [.. _numbered.Values, .. _others];
            _numbered.Clear();
            _others.Clear();
        }

        foreach (PendingRequest request in pending)
            request.Fail(ClientErrors.Copy(end));
    }

    private static bool IsNumbered(FrameType type) => type is FrameType.Request or FrameType.Ping;
}
