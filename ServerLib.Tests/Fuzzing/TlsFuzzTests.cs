using System.Net.Security;
using System.Security.Authentication;
using CsCheck;
using ServerLib.Tests.Compact;
using ServerLib.Tests.Transport;
using ServerLib.Transport;

namespace ServerLib.Tests.Fuzzing;

/// <summary>What is said in place of a TLS handshake, and handshakes that somebody on the way has meddled with.</summary>
[TestClass]
public sealed class TlsFuzzTests
{
    private static readonly DisconnectReason[] ClientsDoing =
    [
        DisconnectReason.ClientLeft, DisconnectReason.EndOfStream, DisconnectReason.ConnectionLost, DisconnectReason.UnknownProtocol,
        DisconnectReason.TlsFailed, DisconnectReason.BadFrame, DisconnectReason.FrameTooLarge, DisconnectReason.OutOfTurn,
    ];

    [TestMethod]
    public Task A_handshake_fails_without_an_exception_and_gives_its_place_back() =>
        Fuzzer.RunAsync(Corpus.Of("tls"), Shape.Tls, 400, static async input =>
        {
            using var gate = new TlsHandshakeLimiter(1);
            var transport = new ScriptedTransport();
            transport.Feed(input.Pieces());
            transport.Complete();
            (TlsConnection? tls, _) = await TlsConnection.AcceptAsync(transport, default, ServerCertificate.Ephemeral.Current, gate, hasPriority: false, default);

            Assert.IsNull(tls, "Nobody who can't answer gets through a handshake.");
            Assert.AreEqual(1, gate.Free);
            Assert.IsLessThan(16 * 1024, transport.AllWritten.Length);
        });

    [TestMethod]
    public Task A_connection_that_begins_as_TLS_ends_for_a_reason() => Fuzzer.RunAsync(Corpus.Of("tls"), Shape.Tls, 400, static async input =>
    {
        var transport = new ScriptedTransport();
        transport.Feed(input.Pieces());
        transport.Complete();
        await using var connection = new Connection(transport, new ServerOptions(), ServerKey.Ephemeral, null, ServerCertificate.Ephemeral);
        Assert.IsNull(await connection.ReceiveCredentialsAsync(default));
        CollectionAssert.Contains(ClientsDoing, connection.Reason);
    });

    [TestMethod]
    public async Task What_is_meddled_with_on_its_way_is_never_taken()
    {
        var records = Gen.Select(Gen.Int[0, 5], Gen.Int[0, 3], Gen.UInt, Gen.UInt);
        await Fuzzer.RunAsync(records, 60, static t => MeddleAsync(t.Item1, t.Item2, t.Item3, t.Item4), static t => t.ToString());
    }

    /// <summary>A client that logs in and says something, one of whose records is not what it sent; then it says no more.</summary>
    private static async Task MeddleAsync(int record, int kind, uint where, uint what)
    {
        var pair = new PipePair();
        await using var connection = new Connection(
            pair.Server, new System.Net.IPEndPoint(0x0200000A, 7), new ServerOptions(), ServerKey.Ephemeral, null, ServerCertificate.Ephemeral);
        Task<string> reading = ReadAsync(connection);
        var meddler = new MeddlingStream(TransportPairs.StreamOn(pair.Client), record, bytes => Meddle(bytes, kind, where, what));
        try
        {
            await using var tls = new SslStream(meddler);
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", RemoteCertificateValidationCallback = (_, _, _, _) => true });
            await tls.WriteAsync((byte[])[.. "SLIB/2\r\n"u8, .. RawFrame.Login("alice", "secret").ToBytes()]);
            await tls.WriteAsync(RawFrame.Message("hello").ToBytes());
        }
        catch (Exception e) when (e is IOException or AuthenticationException or InvalidOperationException)
        {
            // The server has closed.
        }

        await meddler.DisposeAsync();
        string read = await reading;
        Assert.IsTrue("alice secret hello ".StartsWith(read, StringComparison.Ordinal), read);
        CollectionAssert.Contains(ClientsDoing, connection.Reason);
    }

    private static async Task<string> ReadAsync(Connection connection)
    {
        if (await connection.ReceiveCredentialsAsync(default) is not { } credentials)
            return "";
        string read = $"{credentials.Username} {credentials.Password} ";
        connection.SendLoginResult(LoginResult.Ok("alice"));
        while (await connection.ReceiveAsync() is { } message)
            read += message.Text + " ";
        return read;
    }

    /// <summary>The record's length stays, or is cut off with all that follows: what waits for more would wait for ever.</summary>
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

    /// <summary>Changes one of the writes that go through it, and says nothing after that.</summary>
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

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

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
