using ServerLib.Protocol;

namespace ServerLib;

/// <content>What the owner does to his account, and an admin to the server. All of it throws alike.</content>
public sealed partial class ServerClient
{
    /// <summary>
    /// Changes the user's password. His other connections are ended; this one stays, and comes back with the new password where it comes
    /// back at all.
    /// </summary>
    /// <param name="current">The current password.</param>
    /// <param name="newPassword">The new one.</param>
    /// <param name="cancellationToken">Gives up waiting: then it may be changed or not.</param>
    /// <exception cref="ServerClientException">
    /// It is not changed: the code is <c>failure</c> (the current one is wrong), <c>refused</c> (the message names the rule that the new
    /// one breaks), <c>locked</c> or <c>busy</c>; or the connection has ended.
    /// </exception>
    /// <inheritdoc cref="RequestAsync(ReadOnlyMemory{byte}, TimeSpan?, CancellationToken)" path="/exception[not(contains(@cref, 'ServerClientException'))]"/>
    public async Task ChangePasswordAsync(string current, string newPassword, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(current);
        ArgumentNullException.ThrowIfNull(newPassword);
        var change = new CompactControl.Password(current, newPassword);
        await AskAsync(
            "change of the password",
            FrameType.Password,
            null,
            (session, _, token) => session.SendAsync(FrameType.Password, change, CompactJson.Default.Password, token),
            null,
            cancellationToken).ConfigureAwait(false);
        _options.Password = newPassword;
    }

    /// <summary>Sends one of the console's commands; for admins.</summary>
    /// <param name="line">The command, one line.</param>
    /// <param name="cancellationToken">Gives up waiting; the command goes on.</param>
    /// <returns>What it came to, also where that is a failure.</returns>
    /// <inheritdoc cref="RequestAsync(ReadOnlyMemory{byte}, TimeSpan?, CancellationToken)" path="/exception"/>
    public async Task<CommandOutput> RunCommandAsync(string line, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(line);
        return (CommandOutput)(await AskAsync(
            "commands",
            FrameType.Command,
            null,
            (session, _, token) => session.SendAsync(FrameType.Command, new CompactControl.Command(line), CompactJson.Default.Command, token),
            null,
            cancellationToken).ConfigureAwait(false))!;
    }
}
