namespace ServerLib.Administration;

/// <summary>Brings a command to a server and returns its output.</summary>
/// <param name="command">The command.</param>
/// <param name="cancellationToken">Cancels the command.</param>
public delegate Task<CommandOutput> CommandChannel(CommandRequest command, CancellationToken cancellationToken);
