namespace ServerLib;

/// <summary>The body of a call, a response or an event does not match the type that is expected.</summary>
/// <param name="message">A sentence that names the member. The peer sees it.</param>
/// <param name="innerException">The serializer's exception.</param>
public sealed class BodyFormatException(string message, Exception? innerException = null) : FormatException(message, innerException);
