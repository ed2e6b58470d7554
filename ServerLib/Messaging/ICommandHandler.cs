namespace ServerLib;

/// <summary>
/// Runs the commands that admins send over their connections. Without one nobody can send any. Resolved from a scope of its own for
/// each command.
/// </summary>
/// <remarks>
/// It is called for admins only, over TLS or from this machine only, and one command after the other of each connection. An exception
/// is logged, the client is told that its command failed, and the connection stays.
/// </remarks>
public interface ICommandHandler
{
    /// <summary>Runs a command.</summary>
    /// <param name="connection">The admin's connection.</param>
    /// <param name="line">The command, one line without control characters; never a password.</param>
    /// <param name="cancellationToken">Cancelled when the connection ends.</param>
    /// <returns>What is sent to him, cut where it is larger than a frame.</returns>
    ValueTask<CommandOutput> RunAsync(Connection connection, string line, CancellationToken cancellationToken);
}
