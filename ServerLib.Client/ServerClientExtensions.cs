using System.Text;

namespace ServerLib;

/// <summary>Sends text with an <see cref="IServerClient"/>, and reads its messages with <c>await foreach</c>.</summary>
public static class ServerClientExtensions
{
    /// <summary>Makes <c>await foreach</c> work on the client itself, as on <see cref="IServerClient.ReadAllAsync"/>.</summary>
    /// <param name="client">The client.</param>
    /// <param name="cancellationToken">Stops the reading. Unread messages are kept.</param>
    /// <inheritdoc cref="IServerClient.ReadAllAsync" path="/exception"/>
    public static IAsyncEnumerator<ReceivedMessage> GetAsyncEnumerator(
        this IServerClient client, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.ReadAllAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
    }

    /// <inheritdoc cref="IServerClient.RunCommandAsync" path="/*/node()[not(self::param)]"/>
    /// <param name="client">The client.</param>
    /// <param name="line">The command, on one line.</param>
    /// <param name="cancellationToken">Cancels the waiting. The command still runs.</param>
    public static Task<CommandOutput> RunCommandAsync(this IServerClient client, string line, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.RunCommandAsync(new CommandRequest(line), cancellationToken);
    }

    /// <inheritdoc cref="IServerClient.SendAsync" path="/*/node()[not(self::param)]"/>
    /// <param name="client">The client.</param>
    /// <param name="text">The message, sent as UTF-8.</param>
    /// <param name="cancellationToken">Cancels the waiting. The message may still be sent.</param>
    public static ValueTask SendAsync(this IServerClient client, string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.SendAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
    }

    /// <inheritdoc cref="IServerClient.SendToAsync" path="/*/node()[not(self::param)]"/>
    /// <param name="client">The client.</param>
    /// <param name="user">The user's name, at most 255 bytes of UTF-8.</param>
    /// <param name="text">The message, sent as UTF-8.</param>
    /// <param name="cancellationToken">Cancels the waiting. The message may still be sent.</param>
    public static ValueTask SendToAsync(this IServerClient client, string user, string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.SendToAsync(user, Encoding.UTF8.GetBytes(text), cancellationToken);
    }

    /// <inheritdoc cref="IServerClient.SendToGroupAsync" path="/*/node()[not(self::param)]"/>
    /// <param name="client">The client.</param>
    /// <param name="group">The group's name, at most 255 bytes of UTF-8.</param>
    /// <param name="text">The message, sent as UTF-8.</param>
    /// <param name="cancellationToken">Cancels the waiting. The message may still be sent.</param>
    public static ValueTask SendToGroupAsync(this IServerClient client, string group, string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.SendToGroupAsync(group, Encoding.UTF8.GetBytes(text), cancellationToken);
    }

    /// <inheritdoc cref="IServerClient.RequestAsync" path="/*/node()[not(self::param)]"/>
    /// <param name="client">The client.</param>
    /// <param name="text">The request, sent as UTF-8.</param>
    /// <param name="timeout">How long to wait, more than zero. Default <see cref="ServerClientOptions.RequestTimeout"/>.</param>
    /// <param name="cancellationToken">Cancels the waiting. The server may still handle the request.</param>
    public static Task<Response> RequestAsync(
        this IServerClient client, string text, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.RequestAsync(Encoding.UTF8.GetBytes(text), timeout, cancellationToken);
    }
}
