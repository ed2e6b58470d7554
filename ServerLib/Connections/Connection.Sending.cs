using System.Security.Cryptography;
using System.Text;
using ServerLib.Protocol;

namespace ServerLib;

/// <content>What is said to the client.</content>
public sealed partial class Connection
{
    /// <summary>Sends a message without waiting for the reader.</summary>
    /// <param name="sender">The name that the client sees, at most 255 bytes of UTF-8.</param>
    /// <param name="body">The message, copied before this returns. A classic client can be given UTF-8 text only.</param>
    /// <returns>What became of it; before the client has logged in, and after it has gone, a message is dropped.</returns>
    /// <exception cref="ArgumentException"><paramref name="sender"/> is too long.</exception>
    public SendOutcome Send(string sender, ReadOnlyMemory<byte> body) => Send(sender, new Message(body));

    /// <summary>Sends a text without waiting for the reader.</summary>
    /// <inheritdoc cref="Send(string, ReadOnlyMemory{byte})"/>
    /// <param name="sender">The name that the client sees, at most 255 bytes of UTF-8.</param>
    /// <param name="text">The text.</param>
    public SendOutcome Send(string sender, string text) => Send(sender, new Message(text));

    /// <summary>Sends on a message that was received.</summary>
    /// <inheritdoc cref="Send(string, ReadOnlyMemory{byte})"/>
    /// <param name="sender">The name that the client sees, at most 255 bytes of UTF-8.</param>
    /// <param name="message">The message.</param>
    public SendOutcome Send(string sender, Message message)
    {
        ArgumentNullException.ThrowIfNull(sender);
        if (_link.Protocol is not { } protocol || !CanSend)
            return SendOutcome.Dropped;
        return EndIfTooSlow(protocol.WriteMessage(_link.Output, sender, message));
    }

    /// <summary>Sends a text and waits until the system has taken all that is queued for the client.</summary>
    /// <param name="sender">The name that the client sees.</param>
    /// <param name="text">The text.</param>
    /// <param name="cancellationToken">Gives up waiting; what is queued still goes out.</param>
    /// <returns>Whether the client can be sent to.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async ValueTask<bool> TransmitAsync(string sender, string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Send(sender, new Message(text)) == SendOutcome.Dropped)
            return false;
        await _link.Output.FlushAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Answers a request of the client's.</summary>
    /// <param name="request">The request.</param>
    /// <param name="response">The answer, copied before this returns.</param>
    /// <returns>What became of it.</returns>
    /// <exception cref="ServerLibException"><paramref name="request"/> is not a request.</exception>
    public SendOutcome Respond(Message request, Response response)
    {
        if (request.Kind != MessageKind.Request)
            throw ServerLibException.Because("only a request can be answered");
        return SendFrame(FrameType.Response, request.Id, response.Body.Span, response.Status);
    }

    /// <summary>
    /// Tells a compact client that something it asked for was not done; the connection stays. A classic client is told nothing.
    /// </summary>
    /// <param name="code">A word for programs.</param>
    /// <param name="text">A sentence for people.</param>
    /// <param name="about">What it is about, such as a name.</param>
    /// <returns>What became of it.</returns>
    public SendOutcome SendError(string code, string text, string? about = null) => SendFrame(
        FrameType.Error, CompactControl.Serialize(new CompactControl.Error(code, text, about), CompactJson.Default.Error));

    internal SendOutcome Send(OutgoingMessage message)
    {
        if (_link.Protocol is not { } protocol || !CanSend)
            return SendOutcome.Dropped;
        return EndIfTooSlow(protocol.WriteMessage(_link.Output, message));
    }

    internal SendOutcome SendFrame(FrameType type, ReadOnlySpan<byte> payload)
    {
        if (_link.Protocol is not CompactProtocol || !CanSend)
            return SendOutcome.Dropped;
        return EndIfTooSlow(CompactFrameWriter.WriteFrame(_link.Output, type, payload));
    }

    private SendOutcome SendFrame(FrameType type, uint id, ReadOnlySpan<byte> body, byte? status = null)
    {
        if (_link.Protocol is not CompactProtocol || !CanSend)
            return SendOutcome.Dropped;
        return EndIfTooSlow(CompactFrameWriter.WriteNumbered(_link.Output, type, id, body, status));
    }

    internal void SendLoginResult(LoginResult result)
    {
        if (result.IsOk)
            _link.Transport.EndLogin();
        Protocol.WriteLoginResult(_link.Output, result);
    }

    internal void SendWelcome() => Protocol.WriteWelcome(_link.Output, Alias, IsClassic ? Options.ServerGreeting : Options.CompactGreeting, Id);

    /// <summary>Makes it the connection of a compact client that has logged in, where there is no client that could.</summary>
    internal void Welcome(string alias)
    {
        UpdateAlias(alias);
        _link = _link.With(new CompactProtocol(Options.Limits.MaxFrameSize, Options.Login.RegistrationName, _settings.ServerKey));
        SendWelcome();
    }

    /// <summary>Sends the server's public key to a classic client, which can be sent to from now on.</summary>
    internal void SendServerKey(RSA peerKey) => ((ClassicProtocol)Protocol).WriteServerKey(_link.Output, peerKey);

    /// <summary>Sends the server's public key to a compact client.</summary>
    internal void SendServerKey() => ((CompactProtocol)Protocol).WriteServerKey(_link.Output);

    private bool CanSend => Reason is DisconnectReason.None or DisconnectReason.ServerShutdown;

    private SendOutcome EndIfTooSlow(SendOutcome outcome)
    {
        if (outcome == SendOutcome.Dropped && _link.Output.Overflowed)
            End(DisconnectReason.SlowReader);
        return outcome;
    }
}
