
namespace ServerLib.Cli;

/// <summary>Prints the messages of the activity log on the console.</summary>
/// <param name="log">The activity log. It is disposed with this object.</param>
/// <param name="console">The console.</param>
internal sealed class PrintingLog(ILog log, HostConsole console) : ILog, IDisposable
{
    private readonly Action<string> _logAndPrint = Srv.GenerateLogger(log, message => console.Print(TextSanitizer.Escape(message)));

    public void Logging(string message) => _logAndPrint(message);

    public void Dispose() => (log as IDisposable)?.Dispose();
}
