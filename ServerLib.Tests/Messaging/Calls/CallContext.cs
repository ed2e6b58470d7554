using System.Text.Json;
using System.Text.Json.Serialization;

namespace ServerLib.Tests.Messaging;

/// <summary>An argument of calls.</summary>
internal sealed record Pair(int A, int B);

/// <summary>Serializers that need no reflection.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Pair))]
[JsonSerializable(typeof(int))]
internal sealed partial class CallContext : JsonSerializerContext;
