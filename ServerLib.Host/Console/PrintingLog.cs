
namespace ServerLib.Cli;

/// <summary>The activity log, whose messages the admin sees too.</summary>
/// <param name="log">The log, which is disposed with this.</param>
/// <param name="console">Where messages are printed.</param>
internal sealed class PrintingLog(ILog log, HostConsole console) : ILog, IDisposable
{
    private readonly Action<string> _logAndPrint = Srv.GenerateLogger(log, message => console.Print(TextSanitizer.Escape(message)));

    public void Logging(string message) => _logAndPrint(message);

    public void Dispose() => (log as IDisposable)?.Dispose();
}
