using System.Security.Cryptography;
using ServerLib.Protocol;

namespace ServerLib.Connections;

/// <summary>Writes to a connection: messages for many, the steps of a login, and control frames.</summary>
internal static class ConnectionWriter
{
    /// <summary>Sends a message that is encoded for many.</summary>
    public static SendOutcome TrySend(this Connection connection, OutgoingMessage message)
    {
        if (connection.Link.Protocol is not { } protocol || !connection.CanSend)
            return SendOutcome.Dropped;
        return connection.EndIfTooSlow(protocol.WriteMessage(connection.Link.Output, message));
    }

    /// <summary>Ends the connection if too much waits for its client to read.</summary>
    public static SendOutcome EndIfTooSlow(this Connection connection, SendOutcome outcome)
    {
        if (outcome == SendOutcome.Dropped && connection.Link.Output.Overflowed)
            connection.End(DisconnectReason.SlowReader);
        return outcome;
    }

    /// <summary>Sends a frame to a compact client.</summary>
    public static SendOutcome SendFrame(this Connection connection, FrameType type, ReadOnlySpan<byte> payload) => CanSend(connection)
        ? connection.EndIfTooSlow(CompactFrameWriter.WriteFrame(connection.Link.Output, type, payload))
        : SendOutcome.Dropped;

    /// <summary>Sends a numbered frame to a compact client.</summary>
    public static SendOutcome SendFrame(
        this Connection connection, FrameType type, uint id, ReadOnlySpan<byte> body, byte? status = null) => CanSend(connection)
        ? connection.EndIfTooSlow(CompactFrameWriter.WriteNumbered(connection.Link.Output, type, id, body, status))
        : SendOutcome.Dropped;

    /// <summary>Answers a login, or a change of the password.</summary>
    public static void SendLoginResult(this Connection connection, LoginResult result)
    {
        if (result.IsOk)
            connection.Link.Transport.EndLogin();
        ProtocolOf(connection).WriteLoginResult(connection.Link.Output, result);
    }

    /// <summary>Welcomes the client. A compact client can be sent messages from now on.</summary>
    public static void SendWelcome(this Connection connection)
    {
        ServerOptions options = connection.Options;
        string greeting = connection.IsClassic ? options.ServerGreeting : options.CompactGreeting;
        ProtocolOf(connection).WriteWelcome(connection.Link.Output, connection.Alias, greeting, connection.Id);
    }

    /// <summary>Sends the server's public key to a classic client, which can be sent messages from now on.</summary>
    public static void SendServerKey(this Connection connection, RSA peerKey) =>
        ((ClassicProtocol)ProtocolOf(connection)).WriteServerKey(connection.Link.Output, peerKey);

    /// <summary>Sends the server's public key to a compact client.</summary>
    public static void SendServerKey(this Connection connection) =>
        ((CompactProtocol)ProtocolOf(connection)).WriteServerKey(connection.Link.Output);

    /// <summary>Makes a connection that of a compact client that has logged in, without a client.</summary>
    public static void Welcome(this Connection connection, string alias)
    {
        ConnectionSettings settings = connection.Settings;
        connection.UpdateAlias(alias);
        connection.Link = connection.Link.With(
            new CompactProtocol(settings.Options.Limits.MaxFrameSize, settings.Options.Login.RegistrationName, settings.ServerKey));
        connection.SendWelcome();
    }

    private static bool CanSend(Connection connection) => connection.CanSend && connection.Link.Protocol is CompactProtocol;

    private static IWireProtocol ProtocolOf(Connection connection) =>
        connection.Link.Protocol ?? throw ServerLibException.Because("The client has not logged in.");
}
