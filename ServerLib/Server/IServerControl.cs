using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Net;

namespace ServerLib;

/// <summary>Controls a running server. A handler can ask for it in its constructor, and a test can mock it.</summary>
public interface IServerControl
{
    /// <summary>The first TCP end point on which the server listens; <see langword="null"/> if there is none.</summary>
    IPEndPoint? EndPoint { get; }

    /// <summary>The end points on which the server listens, in the order of the options: TCP ports and Unix sockets.</summary>
    IReadOnlyList<EndPoint> EndPoints { get; }

    /// <summary>What the server is doing.</summary>
    ServerState State { get; }

    /// <summary>When the server started.</summary>
    DateTimeOffset StartedAt { get; }

    /// <summary>The number of connections, logged in or not.</summary>
    int ConnectionCount { get; }

    /// <summary>The bans in force, including those of <see cref="ServerOptions.Bans"/>, the oldest first.</summary>
    IReadOnlyList<Ban> Bans { get; }

    /// <summary>Whether bans are stored, so that they survive a restart.</summary>
    bool KeepsBans { get; }

    /// <summary>Reports what the server did in the last seconds. It remembers ten minutes, and takes a sample each second.</summary>
    /// <param name="seconds">How many samples to return at most. Default all.</param>
    /// <param name="top">How many talkers and slow readers to return at most. Default 10.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    TrafficReport GetTraffic(int seconds = 600, int top = 10);

    /// <summary>Ends all connections of a user. The user can log in again; to prevent that, call <see cref="BanAsync"/>.</summary>
    /// <param name="username">The user's name, compared as at a login.</param>
    /// <param name="reason">The text that the user gets. Default: an admin has ended the connection.</param>
    /// <param name="actor">Who does it, for the audit trail: an admin's name, or a part of the application. Default nobody.</param>
    /// <returns>The connections that were ended; empty if the user is not connected.</returns>
    IReadOnlyList<Connection> Kick(string username, string? reason = null, string actor = "");

    /// <summary>
    /// Ends an account's connections: those that are logged in, and those whose login was accepted but is not complete yet.
    /// </summary>
    /// <param name="username">The account's name.</param>
    /// <param name="reason">The reason, such as <see cref="DisconnectReason.AccountChanged"/>.</param>
    /// <param name="except">A connection that stays. Default none.</param>
    /// <returns>
    /// The number of connections that were ended. A login that is still being checked is not counted. If its password or key is right, it
    /// ends too.
    /// </returns>
    int EndSessions(string username, DisconnectReason reason, Connection? except = null);

    /// <summary>
    /// Bans a user, an address or a range, and ends the connections that this covers. Replaces an earlier ban of the same target. Loopback
    /// addresses can't be banned, also not by a range.
    /// </summary>
    /// <param name="ban">The target, the end and the reason.</param>
    /// <param name="byAddress">The address of the admin, for the audit trail. Default none.</param>
    /// <param name="cancellationToken">Stops waiting for the database.</param>
    /// <returns>The number of connections that were ended.</returns>
    /// <exception cref="ServerLibException">
    /// <see cref="Ban.Target"/> can't be banned, or the configuration bans it already; the end of the ban is in the past; or the database
    /// failed.
    /// </exception>
    ValueTask<int> BanAsync(Ban ban, string byAddress = "", CancellationToken cancellationToken = default);

    /// <summary>
    /// Bans as <see cref="BanAsync"/> does, with a ban of another server, whose <see cref="Ban.CreatedBy"/> and <see cref="Ban.Since"/> stay. If
    /// the target is banned already, nothing is changed.
    /// </summary>
    /// <param name="ban">The ban.</param>
    /// <param name="by">Who imports it, for the audit trail. Default nobody.</param>
    /// <param name="byAddress">The address of the admin, for the audit trail. Default none.</param>
    /// <param name="cancellationToken">Stops waiting for the database.</param>
    /// <returns>Whether the ban was added.</returns>
    /// <exception cref="ServerLibException">See <see cref="BanAsync"/>.</exception>
    /// <exception cref="NotSupportedException">This implementation cannot do it. The server's own can.</exception>
    ValueTask<bool> ImportBanAsync(Ban ban, string by = "", string byAddress = "", CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("Bans cannot be imported.");

    /// <summary>Lifts a ban.</summary>
    /// <param name="target">The target, in any form that <see cref="Ban.Target"/> allows.</param>
    /// <param name="by">Who lifts it, for the audit trail. Default nobody.</param>
    /// <param name="byAddress">The address of the admin, for the audit trail. Default none.</param>
    /// <param name="cancellationToken">Stops waiting for the database.</param>
    /// <returns>Whether there was such a ban.</returns>
    /// <exception cref="ServerLibException">
    /// <paramref name="target"/> can't be banned; the configuration bans it; or the database failed.
    /// </exception>
    ValueTask<bool> UnbanAsync(string target, string by = "", string byAddress = "", CancellationToken cancellationToken = default);

    /// <summary>
    /// Checks whether a target can be banned. This is not possible for names that no user can have, and for targets that the configuration
    /// bans.
    /// </summary>
    /// <param name="text">The target, in any form that <see cref="Ban.Target"/> allows.</param>
    /// <param name="target">The target, if the text is valid.</param>
    /// <param name="problem">Why the target can't be banned.</param>
    bool CanBan(string text, out BanTarget target, [NotNullWhen(false)] out string? problem);

    /// <summary>Checks whether a ban of a target can be lifted. A ban in the configuration can't be lifted.</summary>
    /// <param name="text">The target, in any form that <see cref="Ban.Target"/> allows.</param>
    /// <param name="target">The target, if the text is valid.</param>
    /// <param name="problem">Why the ban can't be lifted.</param>
    bool CanUnban(string text, out BanTarget target, [NotNullWhen(false)] out string? problem);

    /// <summary>
    /// Stops accepting connections, and waits until all existing connections have ended by themselves. Meanwhile a deployment can start the
    /// next server.
    /// </summary>
    /// <param name="cancellationToken">Stops waiting. The server still accepts no connections.</param>
    /// <exception cref="InvalidOperationException">The server has not been started.</exception>
    /// <exception cref="OperationCanceledException">
    /// <paramref name="cancellationToken"/> was canceled while there still were connections.
    /// </exception>
    Task DrainAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Completes when the parts that all clients need have answered: the threads for connections, the loops that accept them, and the user
    /// database. If this does not complete within some seconds, the server hangs, and only a restart of the process helps. A database that
    /// fails has answered; <see cref="ServerProblems"/> has that.
    /// </summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="InvalidOperationException">The server has not been started.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled before all parts had answered.</exception>
    Task PingAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Runs a connection that the application has accepted, for example as a WebSocket. Admission, login, limits and handlers are those of
    /// connections that the server accepts itself.
    /// </summary>
    /// <param name="pipe">The server's end of the connection. The server completes it.</param>
    /// <param name="facts">What the application knows of the connection.</param>
    /// <returns>A task that completes when the connection has ended or was refused.</returns>
    /// <exception cref="InvalidOperationException">The server has not been started.</exception>
    Task RunConnectionAsync(IDuplexPipe pipe, ConnectionFacts facts);
}
