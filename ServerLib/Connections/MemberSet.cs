namespace ServerLib.Connections;

/// <summary>
/// Connections that get the same messages. Adding and removing is O(1). Enumerating takes no lock and allocates nothing. It misses no
/// connection that is a member all the time, because a member keeps its slot.
/// </summary>
internal sealed class MemberSet
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Connection, int> _slotOf = [];
    private readonly Stack<int> _free = [];
    private volatile Connection?[] _slots = new Connection?[4];
    private int _classicCount;

    /// <summary>The number of members.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _slotOf.Count;
        }
    }

    /// <summary>The number of members that speak the classic protocol. Each of them costs an encryption.</summary>
    public int ClassicCount => Volatile.Read(ref _classicCount);

    /// <summary>The members, among them empty slots.</summary>
    public Connection?[] Slots => _slots;

    public bool Contains(Connection connection)
    {
        lock (_gate)
            return _slotOf.ContainsKey(connection);
    }

    /// <returns>Whether it was no member yet.</returns>
    public bool Add(Connection connection)
    {
        lock (_gate)
        {
            int next = _slotOf.Count + _free.Count;
            if (!_slotOf.TryAdd(connection, _free.TryPeek(out int free) ? free : next))
                return false;
            if (!_free.TryPop(out int slot))
                slot = next;
            if (slot == _slots.Length)
            {
                var larger = new Connection?[slot * 2];
                _slots.CopyTo(larger, 0);
                larger[slot] = connection;
                _slots = larger;
            }
            else
            {
                Volatile.Write(ref _slots[slot], connection);
            }

            if (connection.IsClassic)
                _classicCount++;
            return true;
        }
    }

    /// <returns>Whether it was a member.</returns>
    public bool Remove(Connection connection)
    {
        lock (_gate)
        {
            if (!_slotOf.Remove(connection, out int slot))
                return false;
            Volatile.Write(ref _slots[slot], null);
            _free.Push(slot);
            if (connection.IsClassic)
                _classicCount--;
            return true;
        }
    }
}
