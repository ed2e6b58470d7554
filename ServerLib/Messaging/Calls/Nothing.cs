namespace ServerLib.Messaging;

/// <summary>The argument of a method that has none, and the result of a method that returns nothing.</summary>
internal readonly struct Nothing
{
    /// <summary>Reads no argument: the body is ignored.</summary>
    public static Nothing Read(ReadOnlyMemory<byte> body) => default;
}
