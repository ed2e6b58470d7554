using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <summary>
/// The requests of one connection that the server has not answered yet. They stay until the answer comes, even if nobody waits for it any
/// more, so that it is not taken for the answer to a later request.
/// </summary>
internal sealed class PendingRequests
{
    private readonly Lock _lock = new();
    private readonly Dictionary<uint, PendingRequest> _byId = [];
    private readonly LinkedList<PendingRequest> _withoutId = [];
    private ServerClientException? _end;
    private uint _lastId;

    /// <summary>
    /// Whether the server repeats the ids of all requests. Otherwise it does so for REQUEST and PING only. The others are matched by type and
    /// name, the oldest first, because the server answers in order.
    /// </summary>
    public bool HasIds { get; set; }

    /// <summary>Creates a request with an id that no other one has.</summary>
    public PendingRequest Create(FrameType type, string? name, Action<object?>? onSuccess = null, bool reportsRefusal = false)
    {
        lock (_lock)
        {
            do
                _lastId++;
            while (_byId.ContainsKey(_lastId));
            return new PendingRequest(type, name, _lastId, onSuccess) { ReportsRefusal = reportsRefusal };
        }
    }

    /// <summary>Call this when the request's frame is the next to be written. From now on it is outstanding.</summary>
    /// <exception cref="ServerClientException">The connection has ended.</exception>
    public void Add(PendingRequest request)
    {
        lock (_lock)
        {
            if (_end is not null)
                throw ClientErrors.Copy(_end);
            if (HasIdOnWire(request.Type))
                _byId.Add(request.Id, request);
            else
                _withoutId.AddLast(request);
            request.IsSent = true;
        }
    }

    /// <summary>The id that a control frame gets; <see langword="null"/> if the server does not repeat it.</summary>
    public uint? IdOnWire(PendingRequest request) => HasIds ? request.Id : null;

    /// <summary>Removes and returns the request that an answer with this id belongs to.</summary>
    public PendingRequest? Take(uint id, params ReadOnlySpan<FrameType> types)
    {
        lock (_lock)
            return _byId.TryGetValue(id, out PendingRequest? found) && types.Contains(found.Type) && _byId.Remove(id) ? found : null;
    }

    /// <summary>The pings that are not answered.</summary>
    public PendingRequest[] Pings
    {
        get
        {
            lock (_lock)
                return [.. _byId.Values.Where(request => request.Type == FrameType.Ping)];
        }
    }

    /// <summary>Removes and returns the request with this id.</summary>
    public PendingRequest? TakeAny(uint id)
    {
        lock (_lock)
            return _byId.Remove(id, out PendingRequest? found) ? found : null;
    }

    /// <summary>Removes and returns the oldest request without an id that <paramref name="predicate"/> accepts.</summary>
    public PendingRequest? TakeOldest(Func<PendingRequest, bool> predicate)
    {
        lock (_lock)
        {
            PendingRequest? found = _withoutId.FirstOrDefault(predicate);
            if (found is not null)
                _withoutId.Remove(found);
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
            pending = [.. _byId.Values, .. _withoutId];
            _byId.Clear();
            _withoutId.Clear();
        }

        foreach (PendingRequest request in pending)
            request.Fail(ClientErrors.Copy(end));
    }

    private bool HasIdOnWire(FrameType type) => HasIds || type is FrameType.Request or FrameType.Call or FrameType.Ping;
}
