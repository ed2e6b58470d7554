using System.Security.Cryptography;
using System.Text;
using ServerLib.Transport;
using ServerLib.Wire;

namespace ServerLib;

/// <content>What is said to the client.</content>
public sealed partial class Connection
{
    /// <summary>Sends a message without waiting for the reader.</summary>
    /// <param name="sender">The name that the client sees.</param>
    /// <param name="body">The message, copied before this returns. A classic client can be given UTF-8 text only.</param>
    /// <returns>What became of it; before the client has logged in, and after it has gone, a message is dropped.</returns>
    public SendOutcome Send(string sender, ReadOnlyMemory<byte> body)
    {
        ArgumentNullException.ThrowIfNull(sender);
        return Send(new OutgoingMessage(sender, body));
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
        if (Send(sender, Encoding.UTF8.GetBytes(text)) == SendOutcome.Dropped)
            return false;
        await _queue.FlushAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    internal SendOutcome Send(OutgoingMessage message)
    {
        if (_protocol is not { } protocol || Reason is not (DisconnectReason.None or DisconnectReason.ServerShutdown))
            return SendOutcome.Dropped;
        var sink = new Sink(this);
        return protocol.WriteMessage(sink, message) ? sink.Outcome : SendOutcome.Dropped;
    }

    internal void SendLoginResult(LoginResult result) => Protocol.WriteLoginResult(new Sink(this), result);

    internal void SendWelcome() => Protocol.WriteWelcome(new Sink(this), Alias, Options.ServerGreeting);

    internal void SendServerKey(RSA peerKey) => Protocol.WriteServerKey(new Sink(this), peerKey);

    /// <summary>Takes the frames of one message, and remembers what became of the worst of them.</summary>
    private sealed class Sink(Connection connection) : IFrameSink
    {
        public SendOutcome Outcome { get; private set; }

        public void Write(ReadOnlySpan<byte> frame)
        {
            SendOutcome outcome = connection._queue.Send(frame, out bool overflow);
            if (overflow)
                connection.End(DisconnectReason.SlowReader);
            if (outcome > Outcome)
                Outcome = outcome;
        }
    }
}
