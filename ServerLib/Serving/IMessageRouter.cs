namespace ServerLib;

/// <summary>Carries what is addressed by name: to everyone, or to a user. The default knows the connections of this process.</summary>
public interface IMessageRouter
{
    /// <summary>Sends to every connection that is in the room.</summary>
    /// <param name="sender">The name that the recipients see.</param>
    /// <param name="body">UTF-8 text; copied before this returns.</param>
    /// <param name="except">A connection that gets nothing, such as the sender's own.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What became of it. Slow readers are not waited for.</returns>
    ValueTask<SendReport> SendToAllAsync(
        string sender, ReadOnlyMemory<byte> body, Connection? except = null, CancellationToken cancellationToken = default);

    /// <summary>Sends to all connections of one user.</summary>
    /// <param name="username">The recipient's name.</param>
    /// <param name="sender">The name that the recipient sees.</param>
    /// <param name="body">UTF-8 text; copied before this returns.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What became of it; all zero when the user is not on-line.</returns>
    ValueTask<SendReport> SendToUserAsync(
        string username, string sender, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default);
}
