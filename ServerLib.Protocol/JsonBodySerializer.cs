using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ServerLib.Protocol;

namespace ServerLib;

/// <summary>Converts to and from JSON, as RFC 8259 defines it, with System.Text.Json.</summary>
public sealed class JsonBodySerializer : IBodySerializer
{
    private readonly JsonSerializerOptions _options;

    /// <summary>
    /// Creates a serializer that uses reflection, with the options for the web: names are in camel case and compared without case. A
    /// parameter of a constructor that has no default must be present, and what is not nullable must not be null.
    /// </summary>
    [RequiresUnreferencedCode("Uses reflection. Pass options whose TypeInfoResolver is a source-generated JsonSerializerContext.")]
    [RequiresDynamicCode("Uses reflection. Pass options whose TypeInfoResolver is a source-generated JsonSerializerContext.")]
    public JsonBodySerializer()
        : this(new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        })
    {
    }

    /// <summary>Creates a serializer with these options.</summary>
    /// <param name="options">
    /// The options, which cannot be changed any more. Their <see cref="JsonSerializerOptions.TypeInfoResolver"/> must be set, for example to a
    /// source-generated context, which works in trimmed and AOT-compiled applications.
    /// </param>
    /// <exception cref="ArgumentException">The options have no <see cref="JsonSerializerOptions.TypeInfoResolver"/>.</exception>
    public JsonBodySerializer(JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.TypeInfoResolver is null)
            throw new ArgumentException("The options have no TypeInfoResolver. Set it to a JsonSerializerContext or a DefaultJsonTypeInfoResolver.", nameof(options));
        options.MakeReadOnly();
        _options = options;
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The options have no information about the type.</exception>
    public void Serialize<T>(IBufferWriter<byte> body, T value)
    {
        Type type = typeof(T) == typeof(object) && value is not null ? value.GetType() : typeof(T);
        JsonBody.Write(body, value, _options.GetTypeInfo(type));
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The options have no information about the type.</exception>
    public T? Deserialize<T>(ReadOnlyMemory<byte> body) => JsonBody.Read(body, (JsonTypeInfo<T>)_options.GetTypeInfo(typeof(T)));
}
