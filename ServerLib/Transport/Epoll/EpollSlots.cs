namespace ServerLib.Transport;

/// <summary>
/// Who an event is for. An event carries a place and the generation of its owner, never a descriptor, whose number is used again
/// while an event for the one before is still on its way.
/// </summary>
internal sealed class EpollSlots
{
    /// <summary>A tag that no connection has.</summary>
    public const ulong Nobody = 0;

    private readonly Lock _gate = new();
    private readonly Stack<int> _free = [];
    private EpollConnection?[] _owners = new EpollConnection?[16];
    private int _used;
    private uint _generation;

    /// <summary>Gives a connection a place and its tag.</summary>
    public void Add(EpollConnection connection)
    {
        lock (_gate)
        {
            if (!_free.TryPop(out int place))
                place = _used++;
            if (place == _owners.Length)
            {
                var larger = new EpollConnection?[place * 2];
                _owners.CopyTo(larger, 0);
                Volatile.Write(ref _owners, larger);
            }

            if (++_generation == 0)
                _generation = 1;
            connection.Tag = ((ulong)_generation << 32) | (uint)place;
            Volatile.Write(ref _owners[place], connection);
        }
    }

    /// <summary>Frees a connection's place.</summary>
    public void Remove(EpollConnection connection)
    {
        lock (_gate)
        {
            int place = (int)(uint)connection.Tag;
            if (_owners[place] != connection)
                return;
            _owners[place] = null;
            _free.Push(place);
        }
    }

    /// <summary>Finds who has a tag, if he is still there. Takes no lock.</summary>
    public EpollConnection? Find(ulong tag)
    {
        EpollConnection?[] owners = Volatile.Read(ref _owners);
        uint place = (uint)tag;
        return place < (uint)owners.Length && Volatile.Read(ref owners[place]) is { } owner && owner.Tag == tag ? owner : null;
    }
}
