using System.Runtime.InteropServices;

namespace ServerLib.Benchmarks.Generator;

/// <summary>
/// The client side of TLS, directly on OpenSSL. With <see cref="System.Net.Security.SslStream"/> the generator would cost as much as the
/// servers that it measures. It validates no certificate, because it only connects to servers of the same run.
/// </summary>
internal static unsafe partial class OpenSsl
{
    private const int WantRead = 2;
    private const int WantWrite = 3;
    private const int ZeroReturn = 6;
    private const int SetMode = 33;
    private const int SetReadAhead = 41;
    private const int BufferSize = 20 * 1024;
    private const int BioFlush = 11;
    private const int BioSetBufferSize = 117;

    // Partial writes, from a buffer that may have moved, and no buffers while idle.
    private const long Modes = 0x1 | 0x2 | 0x10;

    private static readonly Lazy<nint> Context = new(() =>
    {
        nint context = NewContext(ClientMethod());
        _ = ContextControl(context, SetMode, (nint)Modes, 0);

        // Read all available data with one call instead of a record's header and body separately.
        _ = ContextControl(context, SetReadAhead, 1, 0);
        SetReadBufferSize(context, BufferSize);
        return context;
    });

    /// <summary>Performs the handshake on a blocking descriptor.</summary>
    public static nint Connect(int descriptor)
    {
        nint session = NewSession(Context.Value);
        if (SetDescriptor(session, descriptor) != 1 || ConnectSession(session) != 1)
        {
            Free(session);
            throw new IOException("The TLS handshake failed.");
        }

        // Write several records with one call: they stay in a buffer until the flush.
        nint socket = GetWriter(session);
        nint buffer = NewBio(BufferMethod());
        _ = BioControl(buffer, BioSetBufferSize, BufferSize, which: 1);
        _ = AddReference(socket);
        SetWriter(session, Push(buffer, socket));
        return session;
    }

    /// <inheritdoc cref="Processes.Libc.Receive"/>
    public static int Receive(nint session, Span<byte> buffer)
    {
        int count;
        fixed (byte* first = buffer)
            count = Read(session, first, buffer.Length);
        return count > 0 ? count : Outcome(session, count, "read");
    }

    /// <inheritdoc cref="Processes.Libc.Send"/>
    public static int Send(nint session, ReadOnlySpan<byte> bytes)
    {
        int count;
        fixed (byte* first = bytes)
            count = Write(session, first, bytes.Length);
        return count > 0 ? count : Outcome(session, count, "write");
    }

    /// <summary>Sends what was written.</summary>
    /// <returns>Whether all of it was sent.</returns>
    public static bool TryFlush(nint session) => BioControl(GetWriter(session), BioFlush, 0, nint.Zero) > 0;

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_shutdown")]
    public static partial int Shutdown(nint session);

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_free")]
    public static partial void Free(nint session);

    private static int Outcome(nint session, int result, string what) => GetError(session, result) switch
    {
        WantRead or WantWrite => -1,
        ZeroReturn => 0,
        var error => throw new IOException($"TLS {what} failed ({error})."),
    };

    [LibraryImport("libssl.so.3", EntryPoint = "TLS_client_method")]
    private static partial nint ClientMethod();

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_CTX_new")]
    private static partial nint NewContext(nint method);

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_CTX_ctrl")]
    private static partial nint ContextControl(nint context, int command, nint value, nint pointer);

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_CTX_set_default_read_buffer_len")]
    private static partial void SetReadBufferSize(nint context, nint size);

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_new")]
    private static partial nint NewSession(nint context);

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_set_fd")]
    private static partial int SetDescriptor(nint session, int descriptor);

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_get_wbio")]
    private static partial nint GetWriter(nint session);

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_set0_wbio")]
    private static partial void SetWriter(nint session, nint bio);

    [LibraryImport("libcrypto.so.3", EntryPoint = "BIO_f_buffer")]
    private static partial nint BufferMethod();

    [LibraryImport("libcrypto.so.3", EntryPoint = "BIO_new")]
    private static partial nint NewBio(nint method);

    [LibraryImport("libcrypto.so.3", EntryPoint = "BIO_ctrl")]
    private static partial nint BioControl(nint bio, int command, nint value, nint pointer);

    [LibraryImport("libcrypto.so.3", EntryPoint = "BIO_int_ctrl")]
    private static partial nint BioControl(nint bio, int command, nint value, int which);

    [LibraryImport("libcrypto.so.3", EntryPoint = "BIO_up_ref")]
    private static partial int AddReference(nint bio);

    [LibraryImport("libcrypto.so.3", EntryPoint = "BIO_push")]
    private static partial nint Push(nint bio, nint next);

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_connect")]
    private static partial int ConnectSession(nint session);

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_read")]
    private static partial int Read(nint session, byte* buffer, int size);

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_write")]
    private static partial int Write(nint session, byte* bytes, int size);

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_get_error")]
    private static partial int GetError(nint session, int result);
}
