namespace ServerLib;

/// <summary>Sends text and bytes with an <see cref="IMessageRouter"/>.</summary>
public static class MessageRouterExtensions
{
    /// <summary>Sends a text to everyone who is logged in.</summary>
    /// <param name="router">The router.</param>
    /// <param name="sender">The name that the recipients see.</param>
    /// <param name="text">The text.</param>
    /// <param name="except">A connection that is left out, such as the sender's own.</param>
    /// <param name="cancellationToken">Stops waiting, if the router has to wait for other servers.</param>
    /// <returns>The number of connections for which the message was sent, queued and dropped.</returns>
    public static ValueTask<SendReport> SendToAllAsync(
        this IMessageRouter router, string sender, string text, Connection? except = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(router);
        return router.SendToAllAsync(sender, new Message(text), except, cancellationToken);
    }

    /// <summary>Sends bytes to everyone who is logged in.</summary>
    /// <param name="router">The router.</param>
    /// <param name="sender">The name that the recipients see.</param>
    /// <param name="body">The bytes.</param>
    /// <param name="except">A connection that is left out, such as the sender's own.</param>
    /// <param name="cancellationToken">Stops waiting, if the router has to wait for other servers.</param>
    /// <returns>The number of connections for which the message was sent, queued and dropped.</returns>
    public static ValueTask<SendReport> SendToAllAsync(
        this IMessageRouter router,
        string sender,
        ReadOnlyMemory<byte> body,
        Connection? except = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(router);
        return router.SendToAllAsync(sender, new Message(body), except, cancellationToken);
    }

    /// <summary>Sends a text to all connections of one user.</summary>
    /// <param name="router">The router.</param>
    /// <param name="username">The recipient's name.</param>
    /// <param name="sender">The name that the recipient sees.</param>
    /// <param name="text">The text.</param>
    /// <param name="cancellationToken">Stops waiting, if the router has to wait for other servers.</param>
    /// <returns>The number of connections for which the message was sent, queued and dropped.</returns>
    public static ValueTask<SendReport> SendToUserAsync(
        this IMessageRouter router, string username, string sender, string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(router);
        return router.SendToUserAsync(username, sender, new Message(text), cancellationToken);
    }

    /// <summary>Sends bytes to all connections of one user.</summary>
    /// <param name="router">The router.</param>
    /// <param name="username">The recipient's name.</param>
    /// <param name="sender">The name that the recipient sees.</param>
    /// <param name="body">The bytes.</param>
    /// <param name="cancellationToken">Stops waiting, if the router has to wait for other servers.</param>
    /// <returns>The number of connections for which the message was sent, queued and dropped.</returns>
    public static ValueTask<SendReport> SendToUserAsync(
        this IMessageRouter router,
        string username,
        string sender,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(router);
        return router.SendToUserAsync(username, sender, new Message(body), cancellationToken);
    }

    /// <summary>Sends a text to all connections of several users.</summary>
    /// <param name="router">The router.</param>
    /// <param name="usernames">The recipients' names.</param>
    /// <param name="sender">The name that the recipients see.</param>
    /// <param name="text">The text.</param>
    /// <param name="cancellationToken">Stops waiting, if the router has to wait for other servers.</param>
    /// <returns>The number of connections for which the message was sent, queued and dropped.</returns>
    public static ValueTask<SendReport> SendToUsersAsync(
        this IMessageRouter router,
        IReadOnlyCollection<string> usernames,
        string sender,
        string text,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(router);
        return router.SendToUsersAsync(usernames, sender, new Message(text), cancellationToken);
    }

    /// <summary>Sends bytes to all connections of several users.</summary>
    /// <param name="router">The router.</param>
    /// <param name="usernames">The recipients' names.</param>
    /// <param name="sender">The name that the recipients see.</param>
    /// <param name="body">The bytes.</param>
    /// <param name="cancellationToken">Stops waiting, if the router has to wait for other servers.</param>
    /// <returns>The number of connections for which the message was sent, queued and dropped.</returns>
    public static ValueTask<SendReport> SendToUsersAsync(
        this IMessageRouter router,
        IReadOnlyCollection<string> usernames,
        string sender,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(router);
        return router.SendToUsersAsync(usernames, sender, new Message(body), cancellationToken);
    }

    /// <summary>Sends a text to the members of a group.</summary>
    /// <param name="router">The router.</param>
    /// <param name="group">The group's name.</param>
    /// <param name="sender">The name that the recipients see.</param>
    /// <param name="text">The text.</param>
    /// <param name="except">A connection that is left out, such as the sender's own.</param>
    /// <param name="cancellationToken">Stops waiting, if the router has to wait for other servers.</param>
    /// <returns>The number of connections for which the message was sent, queued and dropped.</returns>
    public static ValueTask<SendReport> SendToGroupAsync(
        this IMessageRouter router,
        string group,
        string sender,
        string text,
        Connection? except = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(router);
        return router.SendToGroupAsync(group, sender, new Message(text), except, cancellationToken);
    }

    /// <summary>Sends bytes to the members of a group.</summary>
    /// <param name="router">The router.</param>
    /// <param name="group">The group's name.</param>
    /// <param name="sender">The name that the recipients see.</param>
    /// <param name="body">The bytes.</param>
    /// <param name="except">A connection that is left out, such as the sender's own.</param>
    /// <param name="cancellationToken">Stops waiting, if the router has to wait for other servers.</param>
    /// <returns>The number of connections for which the message was sent, queued and dropped.</returns>
    public static ValueTask<SendReport> SendToGroupAsync(
        this IMessageRouter router,
        string group,
        string sender,
        ReadOnlyMemory<byte> body,
        Connection? except = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(router);
        return router.SendToGroupAsync(group, sender, new Message(body), except, cancellationToken);
    }
}
