using ServerLib.Benchmarks.Processes;

namespace ServerLib.Benchmarks.Generator;

/// <summary>The bytes of a connection, plain or TLS. Blocking until it is switched to non-blocking.</summary>
internal sealed class Channel : IDisposable
{
    private readonly nint _session;
    private bool _isClosed;

    private Channel(int descriptor, nint session)
    {
        Descriptor = descriptor;
        _session = session;
    }

    public int Descriptor { get; }

    /// <summary>Whether there may be more to read although the descriptor is not readable.</summary>
    public bool ReadsAhead => _session != 0;

    public static Channel Connect(int port, bool tls, int source)
    {
        int descriptor = Libc.Connect(port, source);
        try
        {
            return new Channel(descriptor, tls ? OpenSsl.Connect(descriptor) : 0);
        }
        catch
        {
            _ = Libc.Close(descriptor);
            throw;
        }
    }

    public void SetNonBlocking() => Libc.SetNonBlocking(Descriptor);

    /// <inheritdoc cref="Libc.Receive"/>
    public int Receive(Span<byte> buffer) => _session == 0 ? Libc.Receive(Descriptor, buffer) : OpenSsl.Receive(_session, buffer);

    /// <inheritdoc cref="Libc.Send"/>
    public int Send(ReadOnlySpan<byte> bytes) => _session == 0 ? Libc.Send(Descriptor, bytes) : OpenSsl.Send(_session, bytes);

    /// <summary>Sends what <see cref="Send"/> has buffered.</summary>
    /// <returns>Whether all of it was sent.</returns>
    public bool TryFlush() => _session == 0 || OpenSsl.TryFlush(_session);

    /// <summary>For a blocking channel.</summary>
    public void SendAll(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[Send(bytes)..];
        TryFlush();
    }

    /// <summary>For a blocking channel.</summary>
    public void ReceiveAll(Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            int count = Receive(buffer);
            buffer = count > 0 ? buffer[count..] : throw new IOException("The server has closed the connection.");
        }
    }

    /// <summary>Half-closes a blocking channel and waits until the other side closes.</summary>
    public void Leave()
    {
        if (_session != 0)
            _ = OpenSsl.Shutdown(_session);
        Libc.CompleteSending(Descriptor);
        Span<byte> rest = stackalloc byte[1024];
        try
        {
            while (Libc.Receive(Descriptor, rest) > 0)
            {
                // Ignore what still arrives.
            }
        }
        catch (IOException)
        {
            // A reset is an end, too.
        }
    }

    public void Dispose()
    {
        if (_isClosed)
            return;
        _isClosed = true;
        if (_session != 0)
            OpenSsl.Free(_session);
        _ = Libc.Close(Descriptor);
    }
}
