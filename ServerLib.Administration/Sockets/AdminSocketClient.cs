using System.Net.Sockets;
using ServerLib.Protocol;

namespace ServerLib.Administration.Sockets;

/// <summary>A connection to the admin socket of a running server.</summary>
internal sealed class AdminSocketClient : IAsyncDisposable
{
    private const string Closed = "the server has closed the admin socket: it stops, or it belongs to another user";

    private readonly NetworkStream _stream;
    private readonly AdminFrames _frames;

    private AdminSocketClient(Socket socket)
    {
        _stream = new NetworkStream(socket, ownsSocket: true);
        _frames = new AdminFrames(_stream);
    }

    /// <summary>Connects to the socket.</summary>
    /// <returns>The connection; <see langword="null"/> if no server listens there.</returns>
    /// <exception cref="SocketException">There is a server, but this user has no permission.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not look into the data folder.</exception>
    public static async Task<AdminSocketClient?> TryConnectAsync(string path, CancellationToken cancellationToken)
    {
        if (!Exists(path))
            return null;
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
            var client = new AdminSocketClient(socket);
            await client.GreetAsync(cancellationToken).ConfigureAwait(false);
            return client;
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
    /// <exception cref="IOException">The server has closed or refused the connection.</exception>
    public async Task<CommandOutput> RunAsync(CommandRequest command, CancellationToken cancellationToken)
    {
        string reason = Closed;
        try
        {
            await TrySendAsync(command, cancellationToken).ConfigureAwait(false);
            switch (await _frames.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                case { Type: FrameType.Output } frame when CompactControl.TryParse(frame.Payload, CompactJson.Default.Output) is { } output:
                    return new CommandOutput(output.Exit, output.Text, output.Data) { Table = output.Table };
                case { Type: FrameType.Error } frame when CompactControl.TryParse(frame.Payload, CompactJson.Default.Error) is { } error:
                    reason = TextSanitizer.Escape(error.Text);
                    break;
            }
        }
        catch (IOException e)
        {
            throw new IOException(Closed, e);
        }

        throw new IOException(reason);
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    /// <summary><see cref="File.Exists"/> would take a folder of another user for an empty one.</summary>
    private static bool Exists(string path)
    {
        try
        {
            _ = File.GetAttributes(path);
            return true;
        }
        catch (Exception e) when (e is IOException or ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Sends the preface at once. The server does not wait for it while an admin types a password.</summary>
    private async Task GreetAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _frames.WritePrefaceAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The server has refused the connection. RunAsync finds the reason.
        }
    }

    private async Task TrySendAsync(CommandRequest command, CancellationToken cancellationToken)
    {
        var request = new CompactControl.Command(command.Line, Input: command.Input);
        try
        {
            await _frames.WriteAsync(FrameType.Command, request, CompactJson.Default.Command, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // A server that refuses a connection answers before it gets a command.
        }
    }
}
