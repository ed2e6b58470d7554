namespace ServerLib.Clients;

/// <summary>The groups that the client has joined, and joins again after it has reconnected.</summary>
internal sealed class JoinedGroups
{
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

    public void Remove(string? name)
    {
        lock (_lock)
            _names.Remove(name ?? "");
    }
}
