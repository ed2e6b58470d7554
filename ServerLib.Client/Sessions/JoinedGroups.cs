using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <summary>The groups that the client is in, and joins again after it has reconnected.</summary>
internal sealed class JoinedGroups
{
    // Bounds what a hostile server can make the client keep.
    private const int MaxFollowed = 10_000;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    public string[] Names
    {
        get
        {
            lock (_lock)
                return [.. _names];
        }
    }

    public void Add(string name)
    {
        lock (_lock)
            _names.Add(name);
    }

    /// <summary>The server has joined the client to a group, or has removed it from one.</summary>
    /// <param name="type">JOIN or LEAVE.</param>
    /// <param name="name">The group.</param>
    public void Follow(FrameType type, string? name)
    {
        lock (_lock)
        {
            if (type == FrameType.Leave)
                _names.Remove(name ?? "");
            else if (GroupName.IsValid(name ?? "") && _names.Count < MaxFollowed)
                _names.Add(name!);
        }
    }

    public void Remove(string? name)
    {
        lock (_lock)
            _names.Remove(name ?? "");
    }
}
