using System.Text.Json.Serialization;
using MemoryPack;

namespace ServerLib.Tests.Clients;

/// <summary>An argument of calls and the data of events in tests.</summary>
[MemoryPackable]
public sealed partial record Move(string From, int To);

/// <summary>How tests for trimmed applications write and read JSON.</summary>
[JsonSerializable(typeof(Move))]
[JsonSerializable(typeof(int))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class MoveJson : JsonSerializerContext;
