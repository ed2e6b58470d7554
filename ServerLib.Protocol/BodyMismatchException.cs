namespace ServerLib.Clients;

/// <summary>The argument of a call does not match the method. The method has not run.</summary>
internal sealed class ArgumentMismatchException(string message, Exception cause) : Exception(message, cause)
{
    /// <summary>Reads the argument of a call.</summary>
    /// <exception cref="ArgumentMismatchException">It does not match.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> body, Func<ReadOnlyMemory<byte>, T> read)
    {
        try
        {
            return read(body);
        }
        catch (Exception e)
        {
            // A serializer throws what it likes. Only a BodyFormatException has a text for the caller.
            throw new ArgumentMismatchException(e is BodyFormatException ? e.Message : "The body does not match.", e);
        }
    }
}
