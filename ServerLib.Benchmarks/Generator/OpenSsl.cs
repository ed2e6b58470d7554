using System.Runtime.InteropServices;

namespace ServerLib.Benchmarks.Generator;

/// <summary>
/// The client's side of TLS by OpenSSL itself: with <see cref="System.Net.Security.SslStream"/> the generator would cost as much as
/// the servers that it measures. It checks no certificate, since all it ever talks to is a child of its own parent.
/// </summary>
internal static unsafe partial class OpenSsl
{
    private const int WantRead = 2;
    private const int WantWrite = 3;
    private const int ZeroReturn = 6;
    private const int SetMode = 33;

    // Partial writes, from a buffer that may have moved, and no buffers while idle.
    private const long Modes = 0x1 | 0x2 | 0x10;

    private static readonly Lazy<nint> Context = new(() =>
    {
        nint context = NewContext(ClientMethod());
        _ = ContextControl(context, SetMode, (nint)Modes, 0);
        return context;
    });

    /// <summary>Shakes hands on a descriptor that blocks.</summary>
    public static nint Connect(int descriptor)
    {
        nint session = NewSession(Context.Value);
        if (SetDescriptor(session, descriptor) == 1 && ConnectSession(session) == 1)
            return session;
        Free(session);
        throw new IOException("The TLS handshake failed.");
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

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_new")]
    private static partial nint NewSession(nint context);

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_set_fd")]
    private static partial int SetDescriptor(nint session, int descriptor);

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_connect")]
    private static partial int ConnectSession(nint session);

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_read")]
    private static partial int Read(nint session, byte* buffer, int size);

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_write")]
    private static partial int Write(nint session, byte* bytes, int size);

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_get_error")]
    private static partial int GetError(nint session, int result);
}
