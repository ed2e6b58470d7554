namespace ServerLib.Messaging;

/// <summary>The body of a call does not match its method.</summary>
/// <param name="message">A sentence for the caller.</param>
/// <param name="innerException">The serializer's exception.</param>
internal sealed class CallMismatchException(string message, Exception innerException) : Exception(message, innerException);
