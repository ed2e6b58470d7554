using System.Net;
using System.Text.Json;
using ServerLib.Connections;
using ServerLib.Transport;

namespace ServerLib.Benchmarks.Micro;

/// <summary>A transport without a network: the client's input is available from the start, and output is dropped.</summary>
internal sealed class InMemoryConnection(byte[] input) : TransportConnection
{
    private int _read;

    public override EndPoint RemoteEndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 1);

    /// <summary>A connection that has logged in and is on the ledger.</summary>
    public static async Task<Connection> LogInAsync(string name, IConnectionLedger ledger, IUserDatabase database, ServerOptions options)
    {
        byte[] payload = JsonSerializer.SerializeToUtf8Bytes(new { mechanism = "PLAIN", username = name, password = "secret" });
        byte[] input = [.. "SLIB/2\r\n"u8, 0, 0, 0, (byte)(payload.Length + 1), 0x02, .. payload];
        var connection = new Connection(
            new InMemoryConnection(input), new ConnectionSettings(options, serverKey: null, certificate: null, time: null));
        return await Srv.ConnectClientAsync(connection, ledger, database)
            ? connection
            : throw new InvalidOperationException($"The login ended: {connection.Reason}.");
    }

    /// <summary>A connection that has only a name.</summary>
    public static Connection Named(string name, ServerOptions options)
    {
        var connection = new Connection(
            new InMemoryConnection([]), new ConnectionSettings(options, serverKey: null, certificate: null, time: null));
        connection.UpdateAlias(name);
        return connection;
    }

    public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken) => new(true);

    public override bool TryRead(Span<byte> buffer, out int count)
    {
        count = Math.Min(buffer.Length, input.Length - _read);
        input.AsSpan(_read, count).CopyTo(buffer);
        _read += count;
        return true;
    }

    public override int TryWrite(ReadOnlySpan<byte> bytes) => bytes.Length;

    public override ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken) => new(true);

    public override void CompleteWriting()
    {
        // Nothing waits for this transport.
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
