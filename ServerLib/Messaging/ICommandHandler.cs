namespace ServerLib;

/// <summary>
/// Runs the commands that admins send over their connections. If none is registered, commands are refused. Resolved for each command, from
/// a scope of its own.
/// </summary>
/// <remarks>
/// Called only for admins, only over TLS or from this machine, and for one command of a connection at a time. An exception is logged, the
/// client is told that its command failed, and the connection stays.
/// </remarks>
public interface ICommandHandler
{
    /// <summary>Runs a command.</summary>
    /// <param name="connection">The admin's connection.</param>
    /// <param name="line">The command, one line without control characters; never a password.</param>
    /// <param name="cancellationToken">Cancelled when the connection ends.</param>
    /// <returns>The output. It is shortened if it is larger than a frame.</returns>
    ValueTask<CommandOutput> RunAsync(Connection connection, string line, CancellationToken cancellationToken);
}
