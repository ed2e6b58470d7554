using System.Net;

namespace ServerLib.Hosting;

/// <summary>The user database of a server whose application decides on logins and has no accounts here.</summary>
internal sealed class NoUserDatabase : IUserDatabase
{
    private static ServerLibException NotThere => new(
        "The server has no user database, because the application has its own IAuthenticator. To have one, call "
        + "UseUserDatabase<LiteDbUserDatabase>() or register an IUserDatabase.");

    public ValueTask<bool> HasUserAsync(string username, CancellationToken cancellationToken = default) => throw NotThere;

    public ValueTask<LoginResult> CreateNewUserAsync(Credentials credentials, CancellationToken cancellationToken = default) => throw NotThere;

    public ValueTask<LoginResult> AuthenticateUserAsync(Credentials credentials, CancellationToken cancellationToken = default) => throw NotThere;

    public ValueTask LogConnectionAsync(string username, EndPoint address, CancellationToken cancellationToken = default) => default;

    public ValueTask LogDisconnectionAsync(string username, CancellationToken cancellationToken = default) => default;

    public ValueTask UpdateStatsAsync(string username, long broadcasts, CancellationToken cancellationToken = default) => default;

    public ValueTask PurgeAsync(CancellationToken cancellationToken = default) => default;

    public ValueTask AuditAsync(Stream output, CancellationToken cancellationToken = default) => throw NotThere;

    public ValueTask SaveAsync(CancellationToken cancellationToken = default) => default;
}
