namespace ServerLib.Transport;

/// <summary>
/// Finds the source of an event. An event contains a slot and the generation of its owner, not a file descriptor: the number of a closed
/// descriptor is used again while an event for it may still be pending.
/// </summary>
internal sealed class EpollSlots
{
    /// <summary>A tag that no source has.</summary>
    public const ulong NoSource = 0;

    private readonly Lock _gate = new();
    private readonly Stack<int> _free = [];
    private IEpollSource?[] _owners = new IEpollSource?[16];
    private int _used;
    private uint _generation;

    /// <summary>Gives a source a slot and its tag.</summary>
    public void Add(IEpollSource source)
    {
        lock (_gate)
        {
            if (!_free.TryPop(out int slot))
                slot = _used++;
            if (slot == _owners.Length)
            {
                var larger = new IEpollSource?[slot * 2];
                _owners.CopyTo(larger, 0);
                Volatile.Write(ref _owners, larger);
            }

            if (++_generation == 0)
                _generation = 1;
            source.Tag = ((ulong)_generation << 32) | (uint)slot;
            Volatile.Write(ref _owners[slot], source);
        }
    }

    /// <summary>Frees a source's slot.</summary>
    public void Remove(IEpollSource source)
    {
        lock (_gate)
        {
            int slot = (int)(uint)source.Tag;
            if (_owners[slot] != source)
                return;
            _owners[slot] = null;
            _free.Push(slot);
        }
    }

    /// <summary>Finds the source with a tag, if it is still there. Takes no lock.</summary>
    public IEpollSource? Find(ulong tag)
    {
        IEpollSource?[] owners = Volatile.Read(ref _owners);
        uint slot = (uint)tag;
        return slot < (uint)owners.Length && Volatile.Read(ref owners[slot]) is { } owner && owner.Tag == tag ? owner : null;
    }
}
