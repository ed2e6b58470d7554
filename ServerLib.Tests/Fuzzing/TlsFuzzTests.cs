using System.Net.Security;
using System.Security.Authentication;
using CsCheck;
using ServerLib.Connections;
using ServerLib.Testing;
using ServerLib.Tests.Compact;
using ServerLib.Tests.Transport;
using ServerLib.Transport;

namespace ServerLib.Tests.Fuzzing;

/// <summary>Invalid TLS handshakes and TLS connections that are modified on the way.</summary>
[TestClass]
public sealed class TlsFuzzTests
{
    private static readonly DisconnectReason[] ClientsDoing =
    [
        DisconnectReason.ClientLeft, DisconnectReason.EndOfStream, DisconnectReason.ConnectionLost, DisconnectReason.UnknownProtocol,
        DisconnectReason.TlsFailed, DisconnectReason.BadFrame, DisconnectReason.FrameTooLarge, DisconnectReason.OutOfTurn,
    ];

    [TestMethod]
    public Task A_failed_handshake_throws_nothing_and_releases_its_slot() =>
        Fuzzer.RunAsync(Corpus.Of("tls"), Shape.Tls, 400, static async input =>
        {
            var limiter = new TlsHandshakeLimiter(1);
            var transport = new ScriptedTransport();
            transport.Feed(input.Pieces());
            transport.Complete();
            (TlsConnection? tls, _) = await TlsConnection.AcceptAsync(
            transport, default, ServerCertificate.CreateEphemeral().Current, limiter, new ContinuationAffinities().Cryptography, hasPriority: false, default);

            Assert.IsNull(tls, "Nobody who can't answer gets through a handshake.");
            Assert.AreEqual(1, limiter.Free);
            Assert.IsLessThan(16 * 1024, transport.AllWritten.Length);
        });

    [TestMethod]
    public Task A_connection_that_starts_with_TLS_ends_with_a_reason() => Fuzzer.RunAsync(Corpus.Of("tls"), Shape.Tls, 400, static async input =>
    {
        var transport = new ScriptedTransport();
        transport.Feed(input.Pieces());
        transport.Complete();
        await using var connection = new Connection(
            transport, new ConnectionSettings(new ServerOptions(), ServerKey.Ephemeral, ServerCertificate.CreateEphemeral(), time: null));
        Assert.IsNull(await connection.Login.ReadCredentialsAsync(default));
        CollectionAssert.Contains(ClientsDoing, connection.Reason);
    });

    [TestMethod]
    public async Task Tampered_TLS_data_is_never_accepted()
    {
        var records = Gen.Select(Gen.Int[0, 5], Gen.Int[0, 3], Gen.UInt, Gen.UInt);
        await Fuzzer.RunAsync(records, 60, static t => MeddleAsync(t.Item1, t.Item2, t.Item3, t.Item4), static t => t.ToString());
    }

    /// <summary>A client that logs in and sends a message. One of its records is modified on the way, and nothing follows it.</summary>
    private static async Task MeddleAsync(int record, int kind, uint where, uint what)
    {
        var pair = new PipePair();
        await using var connection = new Connection(
            pair.Server,
            new(new System.Net.IPEndPoint(0x0200000A, 7)),
            new ServerOptions(),
            ServerKey.Ephemeral,
            null,
            ServerCertificate.CreateEphemeral());
        Task<string> reading = ReadAsync(connection);
        var meddler = new MeddlingStream(TransportPairs.StreamOn(pair.Client), record, bytes => Meddle(bytes, kind, where, what));
        try
        {
            await using var tls = new SslStream(meddler);
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = "localhost", RemoteCertificateValidationCallback = (_, _, _, _) => true });
            await tls.WriteAsync((byte[])[.. "SLIB/2\r\n"u8, .. RawFrame.Login("alice", "secret").ToBytes()]);
            await tls.WriteAsync(RawFrame.Message("hello").ToBytes());
        }
        catch (Exception e) when (e is IOException or AuthenticationException or InvalidOperationException)
        {
            // The server has closed the connection.
        }

        await meddler.DisposeAsync();
        string read = await reading;
        Assert.IsTrue("alice secret hello ".StartsWith(read, StringComparison.Ordinal), read);
        CollectionAssert.Contains(ClientsDoing, connection.Reason);
    }

    private static async Task<string> ReadAsync(Connection connection)
    {
        if (await connection.Login.ReadCredentialsAsync(default) is not { } credentials)
            return "";
        string read = $"{credentials.Username} {credentials.Password} ";
        connection.Writer.SendLoginResult(LoginResult.Ok("alice"));
        while (await connection.ReceiveAsync() is { } message)
            read += message.Text + " ";
        return read;
    }

    /// <summary>Keeps the record's length, or cuts it and everything after it: a reader must not wait for data that never comes.</summary>
    private static byte[] Meddle(byte[] record, int kind, uint where, uint what)
    {
        byte[] bytes = [.. record];
        int at = (int)(where % (uint)bytes.Length);
        switch (kind)
        {
            case 0:
                bytes[at] ^= (byte)(1 << (int)(what % 8));
                return bytes;
            case 1:
                return bytes[..at];
            case 2:
                return [.. bytes, .. bytes];
            default:
                return [.. bytes[..at], (byte)what, .. bytes[Math.Min(at + 1, bytes.Length)..]];
        }
    }

    /// <summary>Modifies one of the writes that pass through it, and drops everything after it.</summary>
    private sealed class MeddlingStream(Stream inner, int which, Func<byte[], byte[]> meddle) : Stream
    {
        private int _written;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            inner.ReadAsync(buffer, cancellationToken);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int number = _written++;
            if (number > which)
                throw new IOException("It says no more.");
            await inner.WriteAsync(number == which ? meddle(buffer.ToArray()) : buffer, cancellationToken);
            if (number == which)
                await inner.DisposeAsync();
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
