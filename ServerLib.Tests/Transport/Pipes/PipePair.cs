using System.IO.Pipelines;

namespace ServerLib.Tests.Transport;

/// <summary>Two pipes, crossed: what is written at one end is read at the other.</summary>
internal sealed class PipePair
{
    public PipePair(PipeOptions? options = null)
    {
        var up = new Pipe(options ?? PipeOptions.Default);
        var down = new Pipe(options ?? PipeOptions.Default);
        Server = new End(up.Reader, down.Writer);
        Client = new End(down.Reader, up.Writer);
    }

    public IDuplexPipe Server { get; }

    public IDuplexPipe Client { get; }

    private sealed record End(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
