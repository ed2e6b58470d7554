namespace ServerLib.Diagnostics;

/// <summary>
/// Keeps exceptions of an application's activity log from the code that logs: they must not stop a connection from being cleaned up.
/// </summary>
/// <param name="log">The activity log.</param>
/// <param name="failed">Is told of the first exception, and of the first one after each success.</param>
/// <param name="recovered">Is told of the first success after exceptions.</param>
internal sealed class GuardedLog(ILog log, Action<Exception> failed, Action recovered) : IStructuredLog
{
    private volatile bool _isFailing;

    public void Logging(string message) => Logging(new ActivityEntry(message));

    public void Logging(ActivityEntry entry)
    {
        try
        {
            if (log is IStructuredLog structured)
                structured.Logging(entry);
            else
                log.Logging(entry.Message);
            if (!_isFailing)
                return;
            _isFailing = false;
            recovered();
        }
        catch (Exception e)
        {
            if (!_isFailing)
                failed(e);
            _isFailing = true;
        }
    }
}
