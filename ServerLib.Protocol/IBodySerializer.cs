using System.Buffers;

namespace ServerLib;

/// <summary>
/// Converts the arguments and results of calls, and the data of events, to bytes and back. Server and clients must use the same format. The
/// default is <see cref="JsonBodySerializer"/>.
/// </summary>
/// <remarks>Thread-safe. One instance serves all connections.</remarks>
public interface IBodySerializer
{
    /// <summary>Writes a value.</summary>
    /// <typeparam name="T">The value's type, or <see cref="object"/>: then the type of <paramref name="value"/> itself counts.</typeparam>
    /// <param name="body">Gets the bytes.</param>
    /// <param name="value">The value.</param>
    void Serialize<T>(IBufferWriter<byte> body, T value);

    /// <summary>Reads a value.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="body">The bytes, which are valid until this returns. It is not called for an empty body.</param>
    /// <returns>The value.</returns>
    /// <exception cref="BodyFormatException">
    /// The bytes do not match the type. The peer sees the message. If another exception is thrown, the peer sees a general text instead.
    /// </exception>
    T? Deserialize<T>(ReadOnlyMemory<byte> body);
}
