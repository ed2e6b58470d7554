using System.Text.Json.Serialization;

namespace ServerLib.Protocol;

/// <summary>The generated serializers of the control payloads, which need no reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, MaxDepth = 8)]
[JsonSerializable(typeof(CompactControl.Hello))]
[JsonSerializable(typeof(CompactControl.Login))]
[JsonSerializable(typeof(CompactControl.Numbered))]
[JsonSerializable(typeof(CompactControl.Result))]
[JsonSerializable(typeof(CompactControl.Welcome))]
[JsonSerializable(typeof(CompactControl.Resume))]
[JsonSerializable(typeof(CompactControl.Resumed))]
[JsonSerializable(typeof(CompactControl.Ticket))]
[JsonSerializable(typeof(CompactControl.Key))]
[JsonSerializable(typeof(CompactControl.KeyQuery))]
[JsonSerializable(typeof(CompactControl.Password))]
[JsonSerializable(typeof(CompactControl.Command))]
[JsonSerializable(typeof(CompactControl.Output))]
[JsonSerializable(typeof(CompactControl.Group))]
[JsonSerializable(typeof(CompactControl.Presence))]
[JsonSerializable(typeof(CompactControl.UserList))]
[JsonSerializable(typeof(CompactControl.Error))]
[JsonSerializable(typeof(CompactControl.Close))]
internal sealed partial class CompactJson : JsonSerializerContext;
