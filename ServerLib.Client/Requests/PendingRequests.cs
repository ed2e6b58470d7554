using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <summary>
/// The questions of one connection that are open. Requests and pings are found by their number; the others by what they are about,
/// the oldest first, for the server answers in order.
/// </summary>
internal sealed class PendingRequests
{
    private readonly Lock _lock = new();
    private readonly Dictionary<uint, PendingRequest> _numbered = [];
    private readonly List<PendingRequest> _others = [];
    private Func<Exception>? _closed;
    private uint _lastId;

    /// <exception cref="ServerClientException">The connection has ended.</exception>
    public PendingRequest Add(FrameType type, string? name)
    {
        lock (_lock)
        {
            if (_closed is not null)
                throw _closed();
            var question = new PendingRequest(type, name, ++_lastId);
            if (IsNumbered(type))
                _numbered.Add(question.Id, question);
            else
                _others.Add(question);
            return question;
        }
    }

    public void Remove(PendingRequest question)
    {
        lock (_lock)
        {
            if (IsNumbered(question.Type))
                _numbered.Remove(question.Id);
            else
                _others.Remove(question);
        }
    }

    /// <summary>Takes out the request or ping of a number.</summary>
    public PendingRequest? Take(FrameType type, uint id)
    {
        lock (_lock)
            return _numbered.TryGetValue(id, out PendingRequest? found) && found.Type == type && _numbered.Remove(id) ? found : null;
    }

    /// <summary>Takes out the oldest of the others that <paramref name="isIt"/> knows.</summary>
    public PendingRequest? Take(Func<PendingRequest, bool> isIt)
    {
        lock (_lock)
        {
            int index = _others.FindIndex(question => isIt(question));
            if (index < 0)
                return null;
            PendingRequest found = _others[index];
            _others.RemoveAt(index);
            return found;
        }
    }

    /// <summary>The connection has ended: what is open fails, and so does what is asked from now on.</summary>
    public void Close(Func<Exception> why)
    {
        PendingRequest[] open;
        lock (_lock)
        {
            _closed ??= why;
            open = [.. _numbered.Values, .. _others];
            _numbered.Clear();
            _others.Clear();
        }

        foreach (PendingRequest question in open)
            question.Fail(why());
    }

    private static bool IsNumbered(FrameType type) => type is FrameType.Request or FrameType.Ping;
}
