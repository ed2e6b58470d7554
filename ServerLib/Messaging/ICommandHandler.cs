namespace ServerLib;

/// <summary>
/// Runs the commands that admins send over their connections. A server without a command handler refuses commands. Each command gets its
/// own instance, from its own scope.
/// </summary>
/// <remarks>
/// The server calls it for admins only, over TLS only, and for one command of a connection at a time. If it throws, the server logs the
/// exception and tells the client that the command failed. The connection stays open.
/// </remarks>
public interface ICommandHandler
{
    /// <summary>Runs a command.</summary>
    /// <param name="connection">The admin's connection.</param>
    /// <param name="command">The command.</param>
    /// <param name="cancellationToken">Canceled when the connection ends.</param>
    /// <returns>The output. If it is larger than a frame, the server shortens it.</returns>
    ValueTask<CommandOutput> RunAsync(Connection connection, CommandRequest command, CancellationToken cancellationToken);
}
