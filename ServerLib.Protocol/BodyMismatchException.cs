namespace ServerLib.Protocol;

/// <summary>The body of a call or event does not match the method, which has not run.</summary>
/// <param name="message">A sentence for the caller.</param>
/// <param name="innerException">The serializer's exception.</param>
internal sealed class BodyMismatchException(string message, Exception innerException) : Exception(message, innerException)
{
    /// <summary>Reads the argument of a call, or the data of an event.</summary>
    /// <exception cref="BodyMismatchException">It does not match.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> body, Func<ReadOnlyMemory<byte>, T> read)
    {
        try
        {
            return read(body);
        }
        catch (Exception e)
        {
            // A serializer throws what it likes. Only a BodyFormatException has a text for the caller.
            throw new BodyMismatchException(e is BodyFormatException ? e.Message : "The body does not match.", e);
        }
    }
}
