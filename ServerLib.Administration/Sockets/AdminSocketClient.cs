using System.Net.Sockets;
using ServerLib.Protocol;

namespace ServerLib.Administration.Sockets;

/// <summary>A connection to the admin socket of a running server.</summary>
internal sealed class AdminSocketClient : IAsyncDisposable
{
    private const string Closed = "the server has closed the admin socket: it stops, or it belongs to another user";

    private readonly NetworkStream _stream;
    private readonly AdminFrames _frames;
    private bool _hasGreeted;

    private AdminSocketClient(Socket socket)
    {
        _stream = new NetworkStream(socket, ownsSocket: true);
        _frames = new AdminFrames(_stream);
    }

    /// <summary>Connects to the socket.</summary>
    /// <returns>The connection; <see langword="null"/> if no server listens there.</returns>
    /// <exception cref="SocketException">There is a server, but this user has no permission.</exception>
    public static async Task<AdminSocketClient?> TryConnectAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
            return null;
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
            return new AdminSocketClient(socket);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionRefused or SocketError.AddressNotAvailable)
        {
            socket.Dispose();
            return null;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Runs a command. Call it once at a time.</summary>
    /// <exception cref="IOException">The server has closed the connection.</exception>
    public async Task<CommandOutput> RunAsync(CommandRequest command, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(command, cancellationToken).ConfigureAwait(false);
            if (await _frames.ReadAsync(cancellationToken).ConfigureAwait(false) is { Type: FrameType.Output } answer
                && CompactControl.TryParse(answer.Payload, CompactJson.Default.Output) is { } output)
            {
                return new CommandOutput(output.Exit, output.Text, output.Data) { Table = output.Table };
            }
        }
        catch (IOException e)
        {
            throw new IOException(Closed, e);
        }

        throw new IOException(Closed);
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private async Task SendAsync(CommandRequest command, CancellationToken cancellationToken)
    {
        if (!_hasGreeted)
            await _frames.WritePrefaceAsync(cancellationToken).ConfigureAwait(false);
        _hasGreeted = true;
        var request = new CompactControl.Command(command.Line, Input: command.Input);
        await _frames.WriteAsync(FrameType.Command, request, CompactJson.Default.Command, cancellationToken).ConfigureAwait(false);
    }
}
