using ServerLib;

namespace Lobby;

/// <summary>A room. Its players are the group with the same name.</summary>
internal sealed class Room(string name, int seats)
{
    public string Name { get; } = name;

    public List<Connection> Players { get; } = [];

    public bool IsFull => Players.Count == seats;

    /// <summary>Whether the countdown has reached zero, and nobody has won yet.</summary>
    public bool AwaitsBuzz { get; set; }

    /// <summary>Stops the countdown; <see langword="null"/> while there is none.</summary>
    public CancellationTokenSource? Countdown { get; set; }

    public RoomInfo Info => new(Name, seats, [.. Players.Select(player => player.Alias)]);
}
