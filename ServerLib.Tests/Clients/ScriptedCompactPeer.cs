using System.Buffers.Binary;
using System.Text;
using ServerLib.Protocol;

namespace ServerLib.Tests.Clients;

/// <summary>The server's end of a connection that uses the compact protocol. It sends exactly what a test tells it to.</summary>
internal sealed class ScriptedCompactPeer(Stream stream, CancellationToken token) : IDisposable
{
    /// <summary>Performs a successful login as <c>Zoe</c>.</summary>
    public async Task LogInAsync(int maxFrame = 65536, bool hasIds = false)
    {
        await ReadLoginAsync();
        await WriteHelloAsync(maxFrame, hasIds);
        await WriteAsync(FrameType.Result, """{"code":"ok"}""");
        await WriteAsync(FrameType.Welcome, """{"alias":"Zoe","greeting":"Hello","session":"7"}""");
    }

    public async Task ReadPrefaceAsync() => Assert.AreEqual("SLIB/2\r\n", Encoding.ASCII.GetString(await ReadAsync(8)));

    /// <summary>Reads the preface and LOGIN.</summary>
    public async Task<string> ReadLoginAsync()
    {
        await ReadPrefaceAsync();
        (FrameType type, byte[] payload) = await ReadAsync();
        Assert.AreEqual(FrameType.Login, type);
        return Encoding.UTF8.GetString(payload);
    }

    public Task WriteHelloAsync(int maxFrame = 65536, bool hasIds = false) => WriteAsync(
        FrameType.Hello, $$"""{"protocol":"SLIB/2","maxFrame":{{maxFrame}},{{(hasIds ? "\"features\":[null,\"id\",\"call\"]" : "\"news\":1")}}}""");

    public async Task<(FrameType Type, byte[] Payload)> ReadAsync()
    {
        byte[] head = await ReadAsync(5);
        return ((FrameType)head[4], await ReadAsync((int)BinaryPrimitives.ReadUInt32BigEndian(head) - 1));
    }

    /// <summary>Reads a control frame, which must be of this type.</summary>
    public async Task<string> ReadAsync(FrameType expected)
    {
        (FrameType type, byte[] payload) = await ReadAsync();
        Assert.AreEqual(expected, type, Encoding.UTF8.GetString(payload));
        return Encoding.UTF8.GetString(payload);
    }

    /// <summary>Sends an event with data in JSON.</summary>
    public Task WriteEventAsync(string name, string json) => WriteAsync(FrameType.Event, [(byte)name.Length, .. Encoding.UTF8.GetBytes(name + json)]);

    /// <summary>Sends a call with an argument in JSON.</summary>
    public Task WriteCallAsync(byte id, string name, string json) =>
        WriteAsync(FrameType.Call, [0, 0, 0, id, (byte)name.Length, .. Encoding.UTF8.GetBytes(name + json)]);

    /// <summary>Answers a call.</summary>
    public Task WriteResponseAsync(uint id, string json, byte status = 0) =>
        WriteAsync(FrameType.Response, [0, 0, 0, (byte)id, status, .. Encoding.UTF8.GetBytes(json)]);

    /// <summary>Reads a CALL: its id, and its name and argument as text.</summary>
    public async Task<(uint Id, string Text)> ReadCallAsync()
    {
        (FrameType type, byte[] payload) = await ReadAsync();
        Assert.AreEqual(FrameType.Call, type);
        return (BinaryPrimitives.ReadUInt32BigEndian(payload), Encoding.UTF8.GetString(payload.AsSpan(5)));
    }

    /// <summary>Reads a RESPONSE: its id, and its status and body as text.</summary>
    public async Task<(uint Id, string Text)> ReadResponseAsync()
    {
        (FrameType type, byte[] payload) = await ReadAsync();
        Assert.AreEqual(FrameType.Response, type);
        return (BinaryPrimitives.ReadUInt32BigEndian(payload), $"{payload[4]} {Encoding.UTF8.GetString(payload.AsSpan(5))}");
    }

    public Task WriteAsync(FrameType type, string payload) => WriteAsync(type, Encoding.UTF8.GetBytes(payload));

    public async Task WriteAsync(FrameType type, byte[] payload)
    {
        byte[] frame = new byte[5 + payload.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, (uint)payload.Length + 1);
        frame[4] = (byte)type;
        payload.CopyTo(frame, 5);
        await WriteRawAsync(frame);
    }

    public async Task WriteRawAsync(byte[] bytes) => await stream.WriteAsync(bytes, token);

    /// <summary>Reads until the client closes its side.</summary>
    public async Task ReadToEndAsync()
    {
        byte[] nowhere = new byte[4096];
        while (await stream.ReadAsync(nowhere, token) > 0)
        {
            // Its content does not matter.
        }
    }

    public void Dispose() => stream.Dispose();

    private async Task<byte[]> ReadAsync(int count)
    {
        byte[] bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes, token);
        return bytes;
    }
}
