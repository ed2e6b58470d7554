namespace ServerLib;

/// <summary>An <see cref="ILog"/> that also writes levels and structured data.</summary>
public interface IStructuredLog : ILog
{
    /// <summary>Takes one message with a level and structured data, like <see cref="ILog.Logging"/>.</summary>
    /// <param name="entry">The message.</param>
    void Logging(ActivityEntry entry);
}
