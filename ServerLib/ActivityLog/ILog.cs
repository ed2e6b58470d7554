namespace ServerLib;

/// <summary>Receives the server's activity as messages of one line each.</summary>
public interface ILog
{
    /// <summary>
    /// Takes one message. Connections call this method from several threads, so it must return at once, and must not throw.
    /// </summary>
    /// <param name="message">The message. Text from clients is already escaped.</param>
    void Logging(string message);
}
