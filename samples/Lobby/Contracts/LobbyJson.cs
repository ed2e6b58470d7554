using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lobby;

/// <summary>How server and client write and read all that they send each other.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(CreateRoom))]
[JsonSerializable(typeof(RoomInfo[]))]
[JsonSerializable(typeof(PlayerEvent))]
[JsonSerializable(typeof(Countdown))]
[JsonSerializable(typeof(bool))]
public sealed partial class LobbyJson : JsonSerializerContext;
