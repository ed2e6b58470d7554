
namespace ServerLib.Cli;

/// <summary>Prints the messages of the activity log on the console.</summary>
/// <param name="log">The activity log. It is disposed with this object.</param>
/// <param name="console">The console.</param>
internal sealed class PrintingLog(ILog log, HostConsole console) : IStructuredLog, IDisposable
{
    public void Logging(string message) => Logging(new ActivityEntry(message));

    public void Logging(ActivityEntry entry)
    {
        if (log is IStructuredLog structured)
            structured.Logging(entry);
        else
            log.Logging(entry.Message);
        console.Print(TextSanitizer.Escape(entry.Message));
    }

    public void Dispose() => (log as IDisposable)?.Dispose();
}
