using System.Buffers;
using ServerLib.Protocol;

namespace ServerLib.Messaging;

/// <summary>Writes a result.</summary>
internal delegate void BodyWriter<in T>(IBufferWriter<byte> body, T value);

/// <summary>The bodies of calls: arguments and results.</summary>
internal static class CallBody
{
    /// <summary>Reads an argument that may be absent only if <paramref name="isOptional"/> is set.</summary>
    /// <param name="body">The body.</param>
    /// <param name="isOptional">Whether an empty body, or one that says that there is none, stands for <paramref name="absent"/>.</param>
    /// <param name="absent">The argument if there is none.</param>
    /// <param name="deserialize">Reads a body that is not empty.</param>
    /// <exception cref="BodyFormatException">The argument is absent.</exception>
    public static T ReadArgument<T>(ReadOnlyMemory<byte> body, bool isOptional, T absent, Func<ReadOnlyMemory<byte>, T?> deserialize)
    {
        if (body.IsEmpty)
            return isOptional ? absent : throw new BodyFormatException("The body is empty.");
        T? argument = deserialize(body);
        return argument is null && !isOptional && default(T) is null && Nullable.GetUnderlyingType(typeof(T)) is null
            ? throw new BodyFormatException("The body is null.")
            : argument!;
    }

    /// <summary>Answers a call with its result. An event is not answered.</summary>
    /// <exception cref="ArgumentException">The answer is larger than the client accepts.</exception>
    public static void Answer<T>(Connection from, uint? id, T result, BodyWriter<T>? write)
    {
        if (id is not { } number)
            return;
        using PooledBody body = PooledBody.Rent();
        write?.Invoke(body, result);
        from.Writer.SendFrame(FrameType.Response, number, body.Written.Span, status: 0);
    }
}
