using System.Buffers.Text;
using System.Security.Cryptography;
using ServerLib.Protocol;

namespace ServerLib.Connections;

/// <summary>
/// Writes to a connection: messages for many, the steps of a login, and control frames. A value, so that idle connections do not hold one.
/// </summary>
/// <param name="connection">The connection.</param>
internal readonly struct ConnectionWriter(Connection connection)
{
    /// <summary>
    /// The largest frame that can be sent to the client, in bytes, without the names in it: what the client accepts, and what can be queued
    /// for it. A text for a classic client is sent in as many frames as it takes.
    /// </summary>
    public int MaxFrame => connection.Link.Compact is { } compact
        ? Math.Min(compact.ClientMaxFrame, connection.Options.Limits.MaxQueuedBytes)
        : int.MaxValue;

    /// <summary>Whether a frame is larger than <see cref="MaxFrame"/>.</summary>
    public bool IsTooLarge(int size) => size > CompactFrame.MinMaxFrame && size > MaxFrame;

    /// <summary>Throws if a frame is larger than <see cref="MaxFrame"/>.</summary>
    /// <exception cref="ArgumentException">It is.</exception>
    public void ThrowIfTooLarge(int size)
    {
        if (IsTooLarge(size))
            throw new ArgumentException($"The frame has {size} bytes. The client accepts at most {MaxFrame}.");
    }

    /// <summary>Sends a message. <see cref="Connection.TrySend"/> describes it.</summary>
    public SendOutcome TrySend(string sender, Message message)
    {
        if (connection.Link.Protocol is not { } protocol || !CanSend)
            return SendOutcome.Dropped;
        if (IsTooLarge(1 + message.CompactBody.Length))
            return SendOutcome.TooLarge;
        return EndIfTooSlow(protocol.WriteMessage(connection.Sink, sender, message));
    }

    /// <summary>Sends a message that is encoded for many.</summary>
    public SendOutcome TrySend(OutgoingMessage message)
    {
        if (connection.Link.Protocol is not { } protocol || !CanSend)
            return SendOutcome.Dropped;
        return EndIfTooSlow(protocol.WriteMessage(connection.Sink, message));
    }

    /// <summary>Counts a message, and ends the connection if too much waits for its client to read.</summary>
    public SendOutcome EndIfTooSlow(SendOutcome outcome)
    {
        connection.Settings.Traffic.CountMessage(isDropped: outcome == SendOutcome.Dropped);
        if (outcome == SendOutcome.Dropped && connection.Link.Output.Overflowed)
            connection.End(DisconnectReason.SlowReader);
        return outcome;
    }

    /// <summary>Sends a frame to a compact client.</summary>
    /// <exception cref="ArgumentException">It is larger than the client accepts.</exception>
    public SendOutcome SendFrame(FrameType type, ReadOnlySpan<byte> payload)
    {
        if (!CanSendFrame)
            return SendOutcome.Dropped;
        ThrowIfTooLarge(1 + payload.Length);
        return EndIfTooSlow(CompactFrameWriter.WriteFrame(connection.Sink, type, payload));
    }

    /// <summary>Sends a numbered frame to a compact client.</summary>
    /// <exception cref="ArgumentException">It is larger than the client accepts.</exception>
    public SendOutcome SendFrame(FrameType type, uint id, ReadOnlySpan<byte> body, byte? status = null)
    {
        if (!CanSendFrame)
            return SendOutcome.Dropped;
        ThrowIfTooLarge(1 + sizeof(uint) + (status is null ? 0 : 1) + body.Length);
        return EndIfTooSlow(CompactFrameWriter.WriteNumbered(connection.Sink, type, id, body, status));
    }

    /// <summary>Sends a CALL to a client that understands it.</summary>
    /// <exception cref="ArgumentException">It is larger than the client accepts, or the name does not have 1 to 255 bytes.</exception>
    public SendOutcome SendCall(uint id, string name, ReadOnlySpan<byte> body)
    {
        CallName.ThrowIfInvalid(name);
        if (!CanSendFrame)
            return SendOutcome.Dropped;
        ThrowIfTooLarge(1 + sizeof(uint) + body.Length);
        return EndIfTooSlow(CompactFrameWriter.WriteCall(connection.Sink, id, name, body));
    }

    /// <summary>Sends an EVENT to a client that understands it.</summary>
    /// <exception cref="ArgumentException">The name does not have 1 to 255 bytes.</exception>
    public SendOutcome SendEvent(string name, ReadOnlySpan<byte> body)
    {
        CallName.ThrowIfInvalid(name);
        if (!CanSendFrame)
            return SendOutcome.Dropped;
        if (IsTooLarge(1 + body.Length))
            return SendOutcome.TooLarge;
        return EndIfTooSlow(CompactFrameWriter.WriteEvent(connection.Sink, name, body));
    }

    /// <summary>Answers a login.</summary>
    public void SendLoginResult(LoginResult result)
    {
        if (result.IsOk)
            connection.Link.Transport.EndLogin();
        Protocol.WriteLoginResult(connection.Link.Output, result);
    }

    /// <summary>Answers a change of the password.</summary>
    public void SendPasswordResult(LoginResult result, uint? id) =>
        connection.Link.Compact?.WriteResult(connection.Sink, result, id);

    /// <summary>Tells a compact client that something it asked for was not done.</summary>
    /// <param name="code">A code for programs.</param>
    /// <param name="text">A sentence for people.</param>
    /// <param name="about">What it is about, such as a name.</param>
    /// <param name="id">The id of the question that it answers.</param>
    public SendOutcome SendError(string code, string text, string? about, uint? id = null)
    {
        byte[] error = CompactControl.Serialize(new CompactControl.Error(code, text, about, id), CompactJson.Default.Error);
        return IsTooLarge(1 + error.Length) ? SendOutcome.TooLarge : SendFrame(FrameType.Error, error);
    }

    /// <summary>Tells a client that it is in a group or no longer, unless it has asked for that: then it gets an answer.</summary>
    /// <param name="type">JOIN or LEAVE.</param>
    /// <param name="group">The group.</param>
    public void SendMembership(FrameType type, string group)
    {
        if (connection.Link.Compact is { HasIds: true } compact && compact.AskedGroup != group)
            SendFrame(type, CompactControl.Serialize(new CompactControl.Group(group), CompactJson.Default.Group));
    }

    /// <summary>Welcomes the client. A compact client can be sent messages from now on.</summary>
    /// <param name="ticket">A ticket for a compact client.</param>
    public void SendWelcome(CompactControl.Ticket? ticket = null)
    {
        ServerOptions options = connection.Options;
        string greeting = connection.IsClassic ? options.ServerGreeting : options.CompactGreeting;
        if (connection.Link.Compact is not { } compact)
        {
            Protocol.WriteWelcome(connection.Link.Output, connection.Alias, greeting, connection.Id);
            return;
        }

        string? resumeToken = connection.Resumption is { } session ? Base64Url.EncodeToString(session.Token) : null;
        compact.WriteWelcome(connection.Link.Output, connection.Alias, greeting, connection.Id, resumeToken, ticket);
        connection.Resumption?.Frames.Begin();
    }

    /// <summary>Sends the server's public key to a classic client, which can be sent messages from now on.</summary>
    public void SendServerKey(RSA peerKey) =>
        connection.Link.Classic?.WriteServerKey(connection.Link.Output, peerKey);

    /// <summary>Sends the server's public key to a compact client.</summary>
    public void SendServerKey(uint? id) =>
        connection.Link.Compact?.WriteServerKey(connection.Sink, id);

    private bool CanSend => connection.Reason is DisconnectReason.None or DisconnectReason.ServerShutdown;

    private bool CanSendFrame => CanSend && connection.Link.Compact is not null;

    private IWireProtocol Protocol => connection.Link.Protocol ?? throw ServerLibException.Because("The client has not logged in.");
}
