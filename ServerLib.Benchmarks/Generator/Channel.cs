using ServerLib.Benchmarks.Processes;

namespace ServerLib.Benchmarks.Generator;

/// <summary>A connection's bytes, plain or TLS. Blocks until told not to.</summary>
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

    /// <summary>Whether there may be more to read although the descriptor doesn't say so.</summary>
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

    /// <summary>Lets go out what <see cref="Send"/> took.</summary>
    /// <returns>Whether all of it has.</returns>
    public bool TryFlush() => _session == 0 || OpenSsl.TryFlush(_session);

    /// <summary>For a channel that blocks.</summary>
    public void SendAll(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[Send(bytes)..];
        TryFlush();
    }

    /// <summary>For a channel that blocks.</summary>
    public void ReceiveAll(Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            int count = Receive(buffer);
            buffer = count > 0 ? buffer[count..] : throw new IOException("The server has closed the connection.");
        }
    }

    /// <summary>Says that this side is done, and waits until the other is; for a channel that blocks.</summary>
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
                // What comes now is of no interest.
            }
        }
        catch (IOException)
        {
            // Reset is an end as well.
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
