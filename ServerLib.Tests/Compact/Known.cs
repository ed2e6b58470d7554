using Moq;

namespace ServerLib.Tests.Compact;

/// <summary>A database that knows one user, whatever the password.</summary>
internal static class Known
{
    public static IUserDatabase Database(string name)
    {
        var database = new Mock<IUserDatabase>();
        database.Setup(d => d.HasUserAsync(name, It.IsAny<CancellationToken>())).ReturnsAsync(true);
        database.Setup(d => d.AuthenticateUserAsync(It.IsAny<Credentials>(), It.IsAny<CancellationToken>())).ReturnsAsync(LoginResult.Ok(name));
        return database.Object;
    }
}
