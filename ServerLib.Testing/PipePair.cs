using System.IO.Pipelines;

namespace ServerLib.Testing;

/// <summary>Two connected ends: what is written at one is read at the other.</summary>
internal sealed class PipePair
{
    /// <param name="options">Default: no limit, so that a test need not read before it sends more.</param>
    public PipePair(PipeOptions? options = null)
    {
        options ??= new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false);
        var toServer = new Pipe(options);
        var toClient = new Pipe(options);
        Server = new PipeEnd(toServer.Reader, toClient.Writer);
        Client = new PipeEnd(toClient.Reader, toServer.Writer);
    }

    public IDuplexPipe Server { get; }

    public IDuplexPipe Client { get; }

    private sealed record PipeEnd(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
