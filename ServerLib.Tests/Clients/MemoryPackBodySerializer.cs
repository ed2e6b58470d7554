using System.Buffers;
using MemoryPack;

namespace ServerLib.Tests.Clients;

/// <summary>Another format than JSON.</summary>
internal sealed class MemoryPackBodySerializer : IBodySerializer
{
    public void Serialize<T>(IBufferWriter<byte> body, T value)
    {
        if (typeof(T) == typeof(object) && value is not null)
            body.Write(MemoryPackSerializer.Serialize(value.GetType(), value));
        else
            MemoryPackSerializer.Serialize(body, value);
    }

    public T? Deserialize<T>(ReadOnlyMemory<byte> body)
    {
        try
        {
            return MemoryPackSerializer.Deserialize<T>(body.Span);
        }
        catch (MemoryPackSerializationException e)
        {
            throw new BodyFormatException("The body is not in the format of MemoryPack.", e);
        }
    }
}
