namespace ServerLib;

/// <summary>
/// Carries what is addressed by name: to everyone, a user, or a group; and knows who is there. The default knows the connections of
/// this process.
/// </summary>
/// <remarks>
/// Slow readers are not waited for. A message's body is used only until the returned task completes; whoever sends more before that may
/// be overtaken by himself.
/// </remarks>
public interface IMessageRouter
{
    /// <summary>Sends to everyone who is logged in.</summary>
    /// <param name="sender">The name that the recipients see.</param>
    /// <param name="message">The message.</param>
    /// <param name="except">A connection that gets nothing, such as the sender's own.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What became of it.</returns>
    ValueTask<SendReport> SendToAllAsync(
        string sender, Message message, Connection? except = null, CancellationToken cancellationToken = default);

    /// <summary>Sends to all connections of one user.</summary>
    /// <param name="username">The recipient's name.</param>
    /// <param name="sender">The name that the recipient sees.</param>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What became of it; all zero when the user is not on-line.</returns>
    ValueTask<SendReport> SendToUserAsync(
        string username, string sender, Message message, CancellationToken cancellationToken = default);

    /// <summary>Sends to the members of a group.</summary>
    /// <param name="group">The group's name.</param>
    /// <param name="sender">The name that the recipients see.</param>
    /// <param name="message">The message.</param>
    /// <param name="except">A connection that gets nothing, such as the sender's own.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What became of it; all zero when the group has no members.</returns>
    ValueTask<SendReport> SendToGroupAsync(
        string group, string sender, Message message, Connection? except = null, CancellationToken cancellationToken = default);

    /// <summary>Tells everyone, or a group, that a user has come or gone.</summary>
    /// <param name="username">The user.</param>
    /// <param name="presence">What has happened.</param>
    /// <param name="group">The group that it is about; <see langword="null"/> when about the whole server.</param>
    /// <param name="except">A connection that gets nothing.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What became of it.</returns>
    ValueTask<SendReport> AnnounceAsync(
        string username, Presence presence, string? group = null, Connection? except = null, CancellationToken cancellationToken = default);

    /// <summary>Puts a connection into a group.</summary>
    /// <param name="connection">A connection that is logged in.</param>
    /// <param name="group">The group's name: 1 to 255 bytes of UTF-8, no control characters.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether it is in the group now; not when the name is not allowed or the connection is in too many groups.</returns>
    ValueTask<bool> JoinAsync(Connection connection, string group, CancellationToken cancellationToken = default);

    /// <summary>Takes a connection out of a group.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="group">The group's name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether it was in the group.</returns>
    ValueTask<bool> LeaveAsync(Connection connection, string group, CancellationToken cancellationToken = default);

    /// <summary>Whether a connection is in a group.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="group">The group's name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<bool> IsMemberAsync(Connection connection, string group, CancellationToken cancellationToken = default);

    /// <summary>Takes a connection that ends out of all its groups.</summary>
    /// <param name="connection">The connection.</param>
    /// <returns>The groups that it was in.</returns>
    ValueTask<IReadOnlyCollection<string>> LeaveAllAsync(Connection connection);

    /// <summary>Who is on-line, each once.</summary>
    /// <param name="group">The members of this group only; <see langword="null"/> for everyone.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The names as registered.</returns>
    ValueTask<IReadOnlyCollection<string>> GetUsersAsync(string? group = null, CancellationToken cancellationToken = default);
}
