using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ServerLib.Benchmarks.Processes;

namespace ServerLib.Benchmarks.Generator;

/// <summary>
/// A sender and its listeners in a classic room. The same encrypted message is sent repeatedly, and few copies are decrypted: the
/// server's work is the same, and the generator's stays small.
/// </summary>
internal sealed class ClassicRoom : IDisposable
{
    private const int HeaderSize = 64;
    private const int ContentSize = 344;
    private const int FrameSize = HeaderSize + ContentSize;
    private const int DecryptEach = 1000;
    private const string Text = "the quick brown fox jumps over the lazy dog, and back once more\n";

    private readonly RSA _key = RSA.Create(2048);
    private readonly Channel[] _listeners;
    private readonly Channel _sender;
    private readonly byte[] _frame;
    private readonly string _expected;
    private readonly int _epoll = Libc.CreateEpoll();
    private readonly int[] _received;
    private long _count;

    public ClassicRoom(GeneratorCommand command)
    {
        _listeners = new Channel[command.Connections];
        _received = new int[command.Connections];
        for (int i = 0; i < _listeners.Length; i++)
            _listeners[i] = Join(command, i, out _);
        _sender = Join(command, _listeners.Length, out RSA server);
        _expected = $"{Compact.NameOf(_listeners.Length)}: {Text}";
        using (server)
            _frame = Encrypted(server, Text);

        // Read the announcements of the last clients first.
        Thread.Sleep(500);
        byte[] announcements = new byte[256 * 1024];
        for (int i = 0; i < _listeners.Length; i++)
        {
            _listeners[i].SetNonBlocking();
            int skipped = _listeners[i].Receive(announcements);
            if (skipped % FrameSize != 0)
                throw new IOException("The server's announcements came in pieces.");
            Libc.Watch(_epoll, Libc.ControlAdd, _listeners[i].Descriptor, Libc.In, i);
        }
    }

    /// <summary>Sends the next message when the previous one has reached everyone.</summary>
    public GeneratorReply Run(double warmUp, double seconds)
    {
        var times = new Histogram();
        byte[] events = new byte[1024 * 16];
        byte[] buffer = new byte[FrameSize];
        long start = Stopwatch.GetTimestamp();
        long from = start + (long)(warmUp * Stopwatch.Frequency);
        long until = from + (long)(seconds * Stopwatch.Frequency);
        while (Stopwatch.GetTimestamp() < until)
        {
            long sentAt = Stopwatch.GetTimestamp();
            _sender.SendAll(_frame);
            for (int waiting = _listeners.Length; waiting > 0;)
            {
                int ready = Libc.Wait(_epoll, events, 10_000);
                if (ready == 0)
                    throw new TimeoutException("A message has not come to everyone in 10 s.");
                for (int i = 0; i < ready; i++)
                    waiting -= Receive(Libc.DataOf(events, i), buffer);
            }

            long now = Stopwatch.GetTimestamp();
            if (now >= from && now < until)
                times.Record((now - sentAt) * (1_000_000_000 / Stopwatch.Frequency));
        }

        return new GeneratorReply
        {
            Count = times.Count,
            Rate = times.Count / seconds,
            P50Us = times.Percentile(0.5) / 1000,
            P99Us = times.Percentile(0.99) / 1000,
            MaxUs = times.Max / 1000.0,
        };
    }

    public void Dispose()
    {
        _sender.Dispose();
        foreach (Channel listener in _listeners)
            listener?.Dispose();
        _ = Libc.Close(_epoll);
        _key.Dispose();
    }

    /// <returns>1 if a complete message has arrived.</returns>
    private int Receive(int index, byte[] buffer)
    {
        int count = _listeners[index].Receive(buffer.AsSpan(0, FrameSize - _received[index]));
        if (count == 0)
            throw new IOException("The server has closed a connection.");
        bool isAtOnce = count == FrameSize;
        _received[index] += Math.Max(0, count);
        if (_received[index] < FrameSize)
            return 0;
        _received[index] = 0;
        if (isAtOnce && _count++ % DecryptEach == 0 && Decrypted(buffer) != _expected)
            throw new IOException("A message came changed.");
        return 1;
    }

    private Channel Join(GeneratorCommand command, int index, out RSA server)
    {
        Channel channel = Channel.Connect(command.Port, command.Tls, index);
        channel.SendAll([.. Plain(Compact.NameOf(index)), .. Plain("benchmark")]);
        if (ReadPlain(channel) != "OK")
            throw new IOException("A classic client can't log in.");
        ReadPlain(channel);
        channel.SendAll(Plain(_key.ExportSubjectPublicKeyInfoPem()));
        server = RSA.Create();
        server.ImportFromPem(ReadPlain(channel));
        return channel;
    }

    private string Decrypted(ReadOnlySpan<byte> frame) => Encoding.UTF8.GetString(
        _key.Decrypt(Convert.FromBase64String(Encoding.ASCII.GetString(frame[HeaderSize..])), RSAEncryptionPadding.OaepSHA256));

    private static byte[] Encrypted(RSA key, string text)
    {
        string content = Convert.ToBase64String(key.Encrypt(Encoding.UTF8.GetBytes(text), RSAEncryptionPadding.OaepSHA256));
        string header = Convert.ToBase64String(Encoding.ASCII.GetBytes(content.Length.ToString(CultureInfo.InvariantCulture)));
        return Encoding.ASCII.GetBytes(header.PadRight(HeaderSize) + content);
    }

    private static byte[] Plain(string content) => Encoding.UTF8.GetBytes(
        Encoding.UTF8.GetByteCount(content).ToString(CultureInfo.InvariantCulture).PadRight(HeaderSize) + content);

    private static string ReadPlain(Channel channel)
    {
        byte[] header = new byte[HeaderSize];
        channel.ReceiveAll(header);
        byte[] content = new byte[int.Parse(Encoding.ASCII.GetString(header), NumberStyles.Integer, CultureInfo.InvariantCulture)];
        channel.ReceiveAll(content);
        return Encoding.UTF8.GetString(content);
    }
}
