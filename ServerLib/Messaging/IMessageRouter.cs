using ServerLib.Connections;
using ServerLib.Protocol;

namespace ServerLib;

/// <summary>
/// Sends messages to everyone, to users and to groups, and knows who is online. The default router reaches the connections of this process.
/// <see cref="MessageRouterExtensions"/> adds methods that send text and bytes.
/// </summary>
/// <remarks>
/// No method waits for slow readers. The message's body must stay valid until the returned task completes. If a sender sends again before
/// that, its messages may arrive in another order.
/// </remarks>
public interface IMessageRouter
{
    /// <summary>Sends to everyone who is logged in.</summary>
    /// <param name="sender">The name that the recipients see.</param>
    /// <param name="message">The message.</param>
    /// <param name="except">A connection that is left out, such as the sender's own.</param>
    /// <param name="cancellationToken">Stops waiting, if the router has to wait for other servers.</param>
    /// <returns>How many connections get the message.</returns>
    ValueTask<SendReport> SendToAllAsync(
        string sender, Message message, Connection? except = null, CancellationToken cancellationToken = default);

    /// <summary>Sends to all connections of one user.</summary>
    /// <param name="username">The recipient's name.</param>
    /// <param name="sender">The name that the recipient sees.</param>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Stops waiting, if the router has to wait for other servers.</param>
    /// <returns>How many connections get the message; all zero if the user is not online.</returns>
    ValueTask<SendReport> SendToUserAsync(
        string username, string sender, Message message, CancellationToken cancellationToken = default);

    /// <summary>
    /// Sends to all connections of several users. By default calls <see cref="SendToUserAsync"/> for each of them. A user that is named
    /// twice gets the message once.
    /// </summary>
    /// <param name="usernames">The recipients' names.</param>
    /// <param name="sender">The name that the recipients see.</param>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Stops waiting, if the router has to wait for other servers.</param>
    /// <returns>How many connections get the message.</returns>
    async ValueTask<SendReport> SendToUsersAsync(
        IReadOnlyCollection<string> usernames, string sender, Message message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(usernames);
        SendReport all = default;
        foreach (string username in usernames.DistinctBy(static name => UserName.Key(name) ?? name, StringComparer.Ordinal))
            all = all.Plus(await SendToUserAsync(username, sender, message, cancellationToken).ConfigureAwait(false));
        return all;
    }

    /// <summary>Sends to the members of a group.</summary>
    /// <param name="group">The group's name.</param>
    /// <param name="sender">The name that the recipients see.</param>
    /// <param name="message">The message.</param>
    /// <param name="except">A connection that is left out, such as the sender's own.</param>
    /// <param name="cancellationToken">Stops waiting, if the router has to wait for other servers.</param>
    /// <returns>How many connections get the message; all zero if the group has no members.</returns>
    ValueTask<SendReport> SendToGroupAsync(
        string group, string sender, Message message, Connection? except = null, CancellationToken cancellationToken = default);

    /// <summary>Serializes the data of events. Default JSON.</summary>
    IBodySerializer Serializer => DefaultSerializer.Instance;

    /// <summary>Sends an event to everyone who is logged in and understands events. By default, throws.</summary>
    /// <param name="message">The event.</param>
    /// <param name="except">A connection that is left out.</param>
    /// <param name="cancellationToken">Stops waiting, if the router has to wait for other servers.</param>
    /// <returns>How many connections get the event. Clients that do not understand events are among the dropped.</returns>
    /// <exception cref="NotSupportedException">The router does not send events.</exception>
    ValueTask<SendReport> SendEventToAllAsync(EventMessage message, Connection? except = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("This router does not send events.");

    /// <summary>Sends an event to all connections of some users. By default, throws. A user that is named twice gets the event once.</summary>
    /// <param name="usernames">The recipients' names.</param>
    /// <param name="message">The event.</param>
    /// <param name="cancellationToken">Stops waiting, if the router has to wait for other servers.</param>
    /// <inheritdoc cref="SendEventToAllAsync(EventMessage, Connection?, CancellationToken)" path="/returns|/exception"/>
    ValueTask<SendReport> SendEventToUsersAsync(
        IReadOnlyCollection<string> usernames, EventMessage message, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("This router does not send events.");

    /// <summary>Sends an event to the members of a group. By default, throws.</summary>
    /// <param name="group">The group's name.</param>
    /// <param name="message">The event.</param>
    /// <param name="except">A connection that is left out, such as the sender's own.</param>
    /// <param name="cancellationToken">Stops waiting, if the router has to wait for other servers.</param>
    /// <inheritdoc cref="SendEventToAllAsync(EventMessage, Connection?, CancellationToken)" path="/returns|/exception"/>
    ValueTask<SendReport> SendEventToGroupAsync(
        string group, EventMessage message, Connection? except = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("This router does not send events.");

    /// <summary>Announces to everyone, or to a group, that a user has joined or left.</summary>
    /// <param name="username">The user.</param>
    /// <param name="presence">Whether the user has joined or left.</param>
    /// <param name="group">The group that the user has joined or left; <see langword="null"/> for the server.</param>
    /// <param name="except">A connection that is left out.</param>
    /// <param name="cancellationToken">Stops waiting, if the router has to wait for other servers.</param>
    /// <returns>How many connections get the message.</returns>
    ValueTask<SendReport> AnnounceAsync(
        string username, Presence presence, string? group = null, Connection? except = null, CancellationToken cancellationToken = default);

    /// <summary>Adds a connection to a group.</summary>
    /// <param name="connection">A connection that is logged in.</param>
    /// <param name="group">The group's name: 1 to 255 bytes of UTF-8, no control characters.</param>
    /// <param name="cancellationToken">Stops waiting, if the router has to wait for other servers.</param>
    /// <returns>
    /// Whether the connection is in the group now. <see langword="false"/> if the name is not allowed, or if the connection is already in
    /// <see cref="ServerLimits.MaxGroupsPerConnection"/> groups.
    /// </returns>
    ValueTask<bool> JoinAsync(Connection connection, string group, CancellationToken cancellationToken = default);

    /// <summary>Removes a connection from a group.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="group">The group's name.</param>
    /// <param name="cancellationToken">Stops waiting, if the router has to wait for other servers.</param>
    /// <returns>Whether the connection was in the group.</returns>
    ValueTask<bool> LeaveAsync(Connection connection, string group, CancellationToken cancellationToken = default);

    /// <summary>Whether a connection is in a group.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="group">The group's name.</param>
    /// <param name="cancellationToken">Stops waiting, if the router has to wait for other servers.</param>
    ValueTask<bool> IsMemberAsync(Connection connection, string group, CancellationToken cancellationToken = default);

    /// <summary>Removes a connection that has ended from all its groups.</summary>
    /// <param name="connection">The connection.</param>
    /// <returns>The groups that it was in.</returns>
    ValueTask<IReadOnlyCollection<string>> LeaveAllAsync(Connection connection);

    /// <summary>Lists the users that are online, each of them once.</summary>
    /// <param name="group">Only the members of this group; <see langword="null"/> for everyone.</param>
    /// <param name="cancellationToken">Stops waiting, if the router has to wait for other servers.</param>
    /// <returns>The names as registered.</returns>
    ValueTask<IReadOnlyCollection<string>> GetUsersAsync(string? group = null, CancellationToken cancellationToken = default);
}
