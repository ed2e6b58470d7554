using System.Collections.Frozen;
using ServerLib;

namespace Chat;

/// <summary>The rooms of the server. Their number is fixed, so that clients cannot fill the memory with rooms.</summary>
internal sealed class Rooms(IMessageRouter router) : IDisposable
{
    private readonly FrozenDictionary<string, Room> _rooms = Names.ToFrozenDictionary(name => name, name => new Room(name, router));

    public static IReadOnlyList<string> Names { get; } = ["lobby", "books", "music"];

    public Room? Find(string name) => _rooms.GetValueOrDefault(name);

    public void Dispose()
    {
        foreach (Room room in _rooms.Values)
            room.Dispose();
    }
}
