using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway;

/// <summary>How server and clients write and read all that they send each other.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Device[]))]
[JsonSerializable(typeof(DeviceCommand))]
[JsonSerializable(typeof(GatewayStatus))]
[JsonSerializable(typeof(string))]
public sealed partial class GatewayJson : JsonSerializerContext;
