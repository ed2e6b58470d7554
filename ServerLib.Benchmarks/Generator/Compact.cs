using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace ServerLib.Benchmarks.Generator;

/// <summary>The parts of the compact protocol that a client needs, written from its description without the library's code.</summary>
internal static class Compact
{
    public const int HeaderSize = 5;
    public const byte Message = 0x10;
    public const byte MessageOut = 0x11;
    public const byte Ping = 0x30;
    public const byte Pong = 0x31;
    public const byte Error = 0x3E;
    public const byte Close = 0x3F;

    private const byte Hello = 0x01;
    private const byte Login = 0x02;
    private const byte Result = 0x03;
    private const byte Welcome = 0x04;

    public static ReadOnlySpan<byte> Preface => "SLIB/2\r\n"u8;

    /// <summary>The user name of a connection. All names have the same length, and so do all messages.</summary>
    public static string NameOf(int index) => $"u{index:00000}";

    public static void WriteHeader(Span<byte> target, byte type, int payloadSize)
    {
        BinaryPrimitives.WriteUInt32BigEndian(target, (uint)payloadSize + 1);
        target[4] = type;
    }

    /// <summary>Sends the preface and waits for the server's HELLO.</summary>
    public static void Greet(Channel channel)
    {
        channel.SendAll(Preface);
        Expect(channel, Hello);
    }

    /// <summary>Sends preface and login together, then reads HELLO, RESULT and WELCOME.</summary>
    public static void LogIn(Channel channel, string name) =>
        LogIn(channel, name, new { mechanism = "PLAIN", username = name, password = "benchmark " + name });

    /// <summary>Logs in by ticket, or by password if there is none.</summary>
    /// <returns>The next ticket.</returns>
    public static string? LogInForTicket(Channel channel, string name, string? ticket)
    {
        string[] features = ["ticket"];
        byte[] welcome = ticket is null
            ? LogIn(channel, name, new { mechanism = "PLAIN", username = name, password = "benchmark " + name, features })
            : LogIn(channel, name, new { mechanism = "TICKET", username = name, ticket, features });
        using JsonDocument json = JsonDocument.Parse(welcome);
        return json.RootElement.GetProperty("ticket").GetString();
    }

    private static byte[] LogIn<T>(Channel channel, string name, T login)
    {
        byte[] payload = JsonSerializer.SerializeToUtf8Bytes(login);
        byte[] frames = new byte[Preface.Length + HeaderSize + payload.Length];
        Preface.CopyTo(frames);
        WriteHeader(frames.AsSpan(Preface.Length), Login, payload.Length);
        payload.CopyTo(frames, Preface.Length + HeaderSize);
        channel.SendAll(frames);
        Expect(channel, Hello);
        byte[] result = Expect(channel, Result);
        if (!Encoding.UTF8.GetString(result).Contains("\"ok\"", StringComparison.Ordinal))
            throw new IOException($"{name} can't log in: {Encoding.UTF8.GetString(result)}");
        return Expect(channel, Welcome);
    }

    private static byte[] Expect(Channel channel, byte type)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        channel.ReceiveAll(header);
        byte[] payload = new byte[BinaryPrimitives.ReadUInt32BigEndian(header) - 1];
        channel.ReceiveAll(payload);
        return header[4] == type
            ? payload
            : throw new IOException($"Expected frame 0x{type:X2}, got 0x{header[4]:X2}: {Encoding.UTF8.GetString(payload)}");
    }
}
