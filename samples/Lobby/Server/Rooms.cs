using ServerLib;

namespace Lobby;

/// <summary>
/// The rooms of the lobby. A player is in one room at most, and a room is removed with its last player. While a room is full, it plays
/// round after round: when the countdown is over, the first who calls buzz wins.
/// </summary>
internal sealed class Rooms(IMessageRouter router, TimeProvider time) : IDisposable
{
    // Protects everything. Events are sent while it is held, so that they arrive in the order of the changes. Sending waits for no client.
    private readonly AsyncLock _lock = new();
    private readonly Dictionary<string, Room> _rooms = [];
    private readonly Dictionary<Connection, Room> _roomOf = [];

    public async Task<RoomInfo[]> ListAsync()
    {
        using var held = await _lock.EnterAsync();
        return [.. _rooms.Values.Select(room => room.Info)];
    }

    public async Task<RoomInfo> CreateAsync(CreateRoom wish, Connection player)
    {
        if (wish is not { Name.Length: > 0 and <= 40, Seats: >= 2 and <= 8 })
            throw new CallException(LobbyStatus.NotAllowed, "A room has a name of up to 40 characters, and 2 to 8 seats.");
        using var held = await _lock.EnterAsync();
        if (_rooms.ContainsKey(wish.Name))
            throw new CallException(LobbyStatus.NameTaken, "There is a room with this name already.");
        return await AddAsync(player, new Room(wish.Name, wish.Seats));
    }

    public async Task<RoomInfo> JoinAsync(string name, Connection player)
    {
        using var held = await _lock.EnterAsync();
        Room room = Find(name);
        if (room.IsFull)
            throw new CallException(LobbyStatus.RoomFull, "The room is full.");
        return await AddAsync(player, room);
    }

    public async Task LeaveAsync(Connection player)
    {
        using var held = await _lock.EnterAsync();
        if (_roomOf.TryGetValue(player, out Room? room))
            await RemoveAsync(player, room);
    }

    public async Task CloseAsync(string name)
    {
        using var held = await _lock.EnterAsync();
        Room room = Find(name);
        foreach (Connection player in room.Players.ToArray())
            await RemoveAsync(player, room);
    }

    /// <returns>Whether the player has won.</returns>
    public async Task<bool> BuzzAsync(Connection player)
    {
        using var held = await _lock.EnterAsync();
        if (!_roomOf.TryGetValue(player, out Room? room))
            throw new CallException(LobbyStatus.NotInRoom, "You are in no room.");
        if (!room.AwaitsBuzz)
            return false;
        await router.SendEventToGroupAsync(room.Name, "won", new PlayerEvent(room.Name, player.Alias));
        StopRound(room);
        StartRound(room);
        return true;
    }

    public void Dispose() => _lock.Dispose();

    private Room Find(string name) =>
        _rooms.GetValueOrDefault(name) ?? throw new CallException(LobbyStatus.NoSuchRoom, "There is no room with this name.");

    private async Task<RoomInfo> AddAsync(Connection player, Room room)
    {
        if (_roomOf.ContainsKey(player))
            throw new CallException(LobbyStatus.InRoom, "Leave your room first.");
        if (!await router.JoinAsync(player, room.Name))
            throw new CallException(LobbyStatus.NotAllowed, "The name of the room is not allowed.");
        _rooms[room.Name] = room;
        _roomOf[player] = room;
        room.Players.Add(player);
        await router.SendEventToGroupAsync(room.Name, "joined", new PlayerEvent(room.Name, player.Alias), except: player);
        if (room.IsFull)
            StartRound(room);
        return room.Info;
    }

    private async Task RemoveAsync(Connection player, Room room)
    {
        StopRound(room);
        await router.SendEventToGroupAsync(room.Name, "left", new PlayerEvent(room.Name, player.Alias));
        await router.LeaveAsync(player, room.Name);
        room.Players.Remove(player);
        _roomOf.Remove(player);
        if (room.Players.Count == 0)
            _rooms.Remove(room.Name);
    }

    private void StartRound(Room room)
    {
        room.Countdown = new CancellationTokenSource();
        _ = CountDownAsync(room, room.Countdown.Token);
    }

    private static void StopRound(Room room)
    {
        room.Countdown?.Cancel();
        room.Countdown?.Dispose();
        room.Countdown = null;
        room.AwaitsBuzz = false;
    }

    private async Task CountDownAsync(Room room, CancellationToken stopped)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        int seconds = 3;
        do
        {
            using var held = await _lock.EnterAsync(stopped);
            room.AwaitsBuzz = seconds == 0;
            await router.SendEventToGroupAsync(room.Name, "countdown", new Countdown(room.Name, seconds), cancellationToken: stopped);
        }
        while (seconds-- > 0 && await timer.WaitForNextTickAsync(stopped));
    }
}
