using System.Buffers.Binary;
using System.Text;

namespace ServerLib.Benchmarks.Generator;

/// <summary>Receives the messages of a <see cref="Link"/>.</summary>
internal interface IReplies
{
    /// <summary>A complete message has arrived, with the content that was sent.</summary>
    /// <param name="link">The receiving link.</param>
    /// <param name="sender">The index of the sending link.</param>
    /// <param name="sequence">The sequence number among that link's messages.</param>
    void OnReply(Link link, int sender, ulong sequence);
}

/// <summary>
/// An open connection of the generator. A body consists of a sequence number (8 bytes, the first is <c>mark</c>), the sender's index
/// (4 bytes) and a pattern. All of it is compared when it comes back. Allocates nothing after construction.
/// </summary>
internal sealed class Link : IDisposable
{
    private const int Prefix = 12;
    private const int NameSize = 6;
    private const ulong NumberBits = (1UL << 56) - 1;

    private readonly bool _compact;
    private readonly byte _mark;
    private readonly byte[] _request;
    private readonly byte[] _out;
    private readonly byte[] _partial;
    private int _partialSize;
    private int _outStart;
    private int _outEnd;
    private ulong _next;

    /// <param name="channel">The channel, logged in if necessary.</param>
    /// <param name="index">The index of the link.</param>
    /// <param name="compact">Whether messages are frames of the compact protocol; otherwise they are raw bytes.</param>
    /// <param name="body">The size of a body in bytes.</param>
    /// <param name="depth">The maximum number of messages in flight.</param>
    /// <param name="mark">The first byte of each body.</param>
    public Link(Channel channel, int index, bool compact, int body, int depth, byte mark)
    {
        Channel = channel;
        Index = index;
        _compact = compact;
        _mark = mark;
        int header = compact ? Compact.HeaderSize : 0;
        _request = new byte[header + body];
        if (compact)
            Compact.WriteHeader(_request, Compact.Message, body);
        Span<byte> target = _request.AsSpan(header);
        for (int i = 0; i < target.Length; i++)
            target[i] = (byte)(i * 31 + 7);
        BinaryPrimitives.WriteInt32BigEndian(target[8..], index);
        _out = new byte[_request.Length * depth + 64];
        _partial = new byte[header + 1 + NameSize + body + 4096];
        SentAt = new long[depth];
    }

    public Channel Channel { get; }

    public int Index { get; }

    public bool IsSleeper => _mark != 0;

    /// <summary>The time at which each message in flight was sent, by its number modulo the depth.</summary>
    public long[] SentAt { get; }

    /// <summary>The number of the message that must come back next.</summary>
    public ulong Expected { get; set; }

    public bool HasUnsent { get; private set; }

    /// <summary>Whether the loop waits until more can be sent.</summary>
    public bool WaitsToSend { get; set; }

    /// <summary>The number of messages that were sent.</summary>
    public ulong Sent => _next;

    /// <summary>Adds a message that <see cref="Flush"/> will send.</summary>
    public void Enqueue(long now)
    {
        SentAt[_next % (ulong)SentAt.Length] = now;
        Span<byte> frame = Room(_request.Length);
        _request.CopyTo(frame);
        BinaryPrimitives.WriteUInt64BigEndian(frame[(_compact ? Compact.HeaderSize : 0)..], _next | (ulong)_mark << 56);
        _next++;
    }

    /// <summary>Sends as much as the system accepts.</summary>
    public void Flush()
    {
        HasUnsent = true;
        while (_outStart < _outEnd)
        {
            int taken = Channel.Send(_out.AsSpan(_outStart.._outEnd));
            if (taken < 0)
                return;
            _outStart += taken;
        }

        _outStart = _outEnd = 0;
        HasUnsent = !Channel.TryFlush();
    }

    /// <summary>Reads what has arrived.</summary>
    public void Receive(byte[] buffer, IReplies replies)
    {
        do
        {
            _partial.AsSpan(0, _partialSize).CopyTo(buffer);
            int count = Channel.Receive(buffer.AsSpan(_partialSize));
            if (count < 0)
                return;
            if (count == 0)
                throw new IOException("The server has closed a connection.");
            ReadOnlySpan<byte> rest = buffer.AsSpan(0, _partialSize + count);
            while (TryTake(ref rest, replies))
            {
                // Read all complete messages.
            }

            rest.CopyTo(_partial);
            _partialSize = rest.Length;
        }
        while (Channel.ReadsAhead);
    }

    public void Dispose() => Channel.Dispose();

    private bool TryTake(ref ReadOnlySpan<byte> bytes, IReplies replies)
    {
        if (!_compact)
        {
            if (bytes.Length < _request.Length)
                return false;
            Check(bytes[.._request.Length], replies);
            bytes = bytes[_request.Length..];
            return true;
        }

        if (bytes.Length < Compact.HeaderSize)
            return false;
        int size = 4 + (int)BinaryPrimitives.ReadUInt32BigEndian(bytes);
        if (size <= 4 || size > _partial.Length)
            throw new IOException($"The server sent a frame of {size} bytes.");
        if (bytes.Length < size)
            return false;
        ReadOnlySpan<byte> payload = bytes[Compact.HeaderSize..size];
        if (bytes[4] == Compact.MessageOut)
            CheckNamed(payload, replies);
        else
            OnOther(bytes[4], payload);
        bytes = bytes[size..];
        return true;
    }

    private void CheckNamed(ReadOnlySpan<byte> payload, IReplies replies)
    {
        if (payload.Length != 1 + NameSize + _request.Length - Compact.HeaderSize || payload[0] != NameSize || payload[1] != 'u')
            throw new IOException("The server sent a message of the wrong size or with the wrong name.");
        ReadOnlySpan<byte> body = payload[(1 + NameSize)..];
        int named = 0;
        foreach (byte digit in payload[2..(1 + NameSize)])
            named = named * 10 + (digit - '0');
        if (named != BinaryPrimitives.ReadInt32BigEndian(body[8..]))
            throw new IOException("The server named the wrong sender.");
        Check(body, replies);
    }

    private void Check(ReadOnlySpan<byte> body, IReplies replies)
    {
        ReadOnlySpan<byte> pattern = _request.AsSpan(_request.Length - body.Length);
        if (!body[Prefix..].SequenceEqual(pattern[Prefix..]))
            throw new IOException("A message came back changed.");
        replies.OnReply(
            this, BinaryPrimitives.ReadInt32BigEndian(body[8..]), BinaryPrimitives.ReadUInt64BigEndian(body) & NumberBits);
    }

    private void OnOther(byte type, ReadOnlySpan<byte> payload)
    {
        if (type is Compact.Error or Compact.Close)
            throw new IOException($"The server sent: {Encoding.UTF8.GetString(payload)}");
        if (type != Compact.Ping)
            return;
        Span<byte> pong = Room(Compact.HeaderSize + payload.Length);
        Compact.WriteHeader(pong, Compact.Pong, payload.Length);
        payload.CopyTo(pong[Compact.HeaderSize..]);
        Flush();
    }

    private Span<byte> Room(int size)
    {
        if (_out.Length - _outEnd < size)
        {
            _out.AsSpan(_outStart.._outEnd).CopyTo(_out);
            (_outStart, _outEnd) = (0, _outEnd - _outStart);
        }

        _outEnd += size;
        return _out.AsSpan(_outEnd - size, size);
    }
}
