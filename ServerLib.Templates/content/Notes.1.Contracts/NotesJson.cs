using System.Text.Json;
using System.Text.Json.Serialization;

namespace Notes._1.Contracts;

/// <summary>Converts the contracts to JSON and back, without reflection. Each type of an argument or a result needs a line.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(AddNote))]
[JsonSerializable(typeof(Note))]
[JsonSerializable(typeof(Note[]))]
public sealed partial class NotesJson : JsonSerializerContext;
