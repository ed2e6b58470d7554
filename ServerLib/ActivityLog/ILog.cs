namespace ServerLib;

/// <summary>Receives the server's activity as messages of one line each.</summary>
public interface ILog
{
    /// <summary>Takes one message. It must return at once, and must not throw, because connections call it. Called from several threads.</summary>
    /// <param name="message">The message. Text from clients is already escaped.</param>
    void Logging(string message);
}
