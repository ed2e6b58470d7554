namespace ServerLib;

/// <summary>Where the server writes its activity, a line a message.</summary>
public interface ILog
{
    /// <summary>Takes one message. Must return at once and must not throw: connections call it.</summary>
    /// <param name="message">The message; text that came from a peer is already escaped.</param>
    void Logging(string message);
}
