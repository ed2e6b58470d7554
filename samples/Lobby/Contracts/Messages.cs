namespace Lobby;

/// <summary>The argument of the call <c>create-room</c>.</summary>
public sealed record CreateRoom(string Name, int Seats);

/// <summary>What the calls return about a room.</summary>
public sealed record RoomInfo(string Name, int Seats, IReadOnlyList<string> Players);

/// <summary>The data of the events <c>joined</c>, <c>left</c> and <c>won</c>.</summary>
public sealed record PlayerEvent(string Room, string Player);

/// <summary>The data of the event <c>countdown</c>. At zero, the first player who calls <c>buzz</c> wins.</summary>
public sealed record Countdown(string Room, int Seconds);
