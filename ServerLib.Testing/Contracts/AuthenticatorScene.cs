using System.Net;

namespace ServerLib.Testing.Contracts;

/// <summary>An authenticator, and a user that it knows.</summary>
internal sealed class AuthenticatorScene(IAuthenticator authenticator, string userName, string password) : IAsyncDisposable
{
    public const string UnknownName = "nobody-has-this-name";

    public static EndPoint Address => new IPEndPoint(IPAddress.Parse("203.0.113.7"), 7);

    public IAuthenticator Authenticator => authenticator;

    public string UserName => userName;

    public string Password => password;

    /// <summary>A password that is not the user's.</summary>
    public string WrongPassword => $"{password}x";

    /// <summary>Tries a password. An unknown name is not registered.</summary>
    public ValueTask<LoginResult> TryAsync(string name, string secret) =>
        authenticator.AuthenticateAsync(new Credentials(name, secret, Address) { MayRegister = false });

    public async ValueTask DisposeAsync()
    {
        if (authenticator is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
        else
            (authenticator as IDisposable)?.Dispose();
    }
}
