namespace ServerLib.Transport;

/// <summary>
/// Finds the connection of an event. An event contains a slot and the generation of its owner, not a file descriptor: the number of a closed
/// descriptor is used again while an event for it may still be pending.
/// </summary>
internal sealed class EpollSlots
{
    /// <summary>A tag that no connection has.</summary>
    public const ulong NoConnection = 0;

    private readonly Lock _gate = new();
    private readonly Stack<int> _free = [];
    private EpollConnection?[] _owners = new EpollConnection?[16];
    private int _used;
    private uint _generation;

    /// <summary>Gives a connection a slot and its tag.</summary>
    public void Add(EpollConnection connection)
    {
        lock (_gate)
        {
            if (!_free.TryPop(out int slot))
                slot = _used++;
            if (slot == _owners.Length)
            {
                var larger = new EpollConnection?[slot * 2];
                _owners.CopyTo(larger, 0);
                Volatile.Write(ref _owners, larger);
            }

            if (++_generation == 0)
                _generation = 1;
            connection.Tag = ((ulong)_generation << 32) | (uint)slot;
            Volatile.Write(ref _owners[slot], connection);
        }
    }

    /// <summary>Frees a connection's slot.</summary>
    public void Remove(EpollConnection connection)
    {
        lock (_gate)
        {
            int slot = (int)(uint)connection.Tag;
            if (_owners[slot] != connection)
                return;
            _owners[slot] = null;
            _free.Push(slot);
        }
    }

    /// <summary>Finds the connection with a tag, if it is still there. Takes no lock.</summary>
    public EpollConnection? Find(ulong tag)
    {
        EpollConnection?[] owners = Volatile.Read(ref _owners);
        uint slot = (uint)tag;
        return slot < (uint)owners.Length && Volatile.Read(ref owners[slot]) is { } owner && owner.Tag == tag ? owner : null;
    }
}
