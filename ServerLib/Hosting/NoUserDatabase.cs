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

    public ValueTask AuditAsync(Stream output, CancellationToken cancellationToken = default) => throw NotThere;
}
