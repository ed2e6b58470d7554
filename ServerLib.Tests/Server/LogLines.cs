using System.Threading.Channels;

namespace ServerLib.Tests.Server;

/// <summary>An activity log in which a test can wait for a line.</summary>
internal sealed class LogLines : ILog
{
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    public void Logging(string message) => _lines.Writer.TryWrite(message);

    /// <summary>Reads lines until one begins with a text.</summary>
    public async Task<string> WaitForAsync(string start, CancellationToken cancellationToken)
    {
        while (true)
        {
            string line = await _lines.Reader.ReadAsync(cancellationToken);
            if (line.StartsWith(start, StringComparison.Ordinal))
                return line;
        }
    }
}
