using System.Text;
using ServerLib.Clients;
using ServerLib.Protocol;

namespace ServerLib;

/// <content>What is said to others.</content>
public sealed partial class ServerClient
{
    /// <summary>Sends a message to everyone: what the server's handler makes of it.</summary>
    /// <remarks>
    /// With the classic protocol it must be text; one line end is added, and a text longer than a block goes as several messages.
    /// Completes when the system has taken the message, which doesn't mean that anyone has it.
    /// </remarks>
    /// <param name="body">The message.</param>
    /// <param name="cancellationToken">Gives up waiting; the message may go out all the same.</param>
    /// <exception cref="ArgumentException">It is larger than the server takes, or no text where it must be.</exception>
    /// <exception cref="ServerClientException">The connection has ended.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public ValueTask SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default) =>
        Live.SendAsync(body, cancellationToken);

    /// <inheritdoc cref="SendAsync(ReadOnlyMemory{byte}, CancellationToken)"/>
    /// <param name="text">The message, sent as UTF-8.</param>
    /// <param name="cancellationToken">Gives up waiting; the message may go out all the same.</param>
    public ValueTask SendAsync(string text, CancellationToken cancellationToken = default) =>
        SendAsync(Encoding.UTF8.GetBytes(text), cancellationToken);

    /// <summary>Sends a message to one user. That it can't be delivered comes as a <see cref="ReceivedKind.Error"/>.</summary>
    /// <param name="user">The user's name, at most 255 bytes of UTF-8.</param>
    /// <param name="body">The message.</param>
    /// <param name="cancellationToken">Gives up waiting; the message may go out all the same.</param>
    /// <exception cref="ArgumentException">The name or the message is larger than the server takes.</exception>
    /// <exception cref="NotSupportedException">The client speaks the classic protocol.</exception>
    /// <exception cref="ServerClientException">The connection has ended.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public ValueTask SendToAsync(string user, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(user);
        return Compact("messages to one user").SendAsync(FrameType.DirectIn, user, body, cancellationToken);
    }

    /// <inheritdoc cref="SendToAsync(string, ReadOnlyMemory{byte}, CancellationToken)"/>
    /// <param name="user">The user's name, at most 255 bytes of UTF-8.</param>
    /// <param name="text">The message, sent as UTF-8.</param>
    /// <param name="cancellationToken">Gives up waiting; the message may go out all the same.</param>
    public ValueTask SendToAsync(string user, string text, CancellationToken cancellationToken = default) =>
        SendToAsync(user, Encoding.UTF8.GetBytes(text), cancellationToken);

    /// <summary>Sends a message to a group. That it can't be delivered comes as a <see cref="ReceivedKind.Error"/>.</summary>
    /// <param name="group">The group's name, at most 255 bytes of UTF-8.</param>
    /// <inheritdoc cref="SendToAsync(string, ReadOnlyMemory{byte}, CancellationToken)"/>
    /// <param name="body">The message.</param>
    /// <param name="cancellationToken">Gives up waiting; the message may go out all the same.</param>
    public ValueTask SendToGroupAsync(string group, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(group);
        return Compact("groups").SendAsync(FrameType.GroupIn, group, body, cancellationToken);
    }

    /// <inheritdoc cref="SendToGroupAsync(string, ReadOnlyMemory{byte}, CancellationToken)"/>
    /// <param name="group">The group's name, at most 255 bytes of UTF-8.</param>
    /// <param name="text">The message, sent as UTF-8.</param>
    /// <param name="cancellationToken">Gives up waiting; the message may go out all the same.</param>
    public ValueTask SendToGroupAsync(string group, string text, CancellationToken cancellationToken = default) =>
        SendToGroupAsync(group, Encoding.UTF8.GetBytes(text), cancellationToken);

    private ClientSession Live
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposing.IsCancellationRequested, this);
            return _session;
        }
    }

    private CompactSession Compact(string what) =>
        Live as CompactSession
        ?? throw new NotSupportedException($"The classic protocol has no {what}; connect with {nameof(ClientProtocol)}.{nameof(ClientProtocol.Compact)}.");
}
