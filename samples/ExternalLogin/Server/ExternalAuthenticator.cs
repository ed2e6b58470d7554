using System.Security.Claims;
using Microsoft.Extensions.Logging;
using ServerLib;

namespace ExternalLogin;

/// <summary>Lets the login service decide who may log in.</summary>
internal sealed partial class ExternalAuthenticator(LoginService service, LoginCache cache, ILogger<ExternalAuthenticator> logger)
    : IAuthenticator
{
    public async ValueTask<LoginResult> AuthenticateAsync(Credentials credentials, CancellationToken cancellationToken = default)
    {
        // The service knows passwords only: no keys, and no empty password.
        if (credentials.IsByKey || credentials.Password.Length == 0)
            return new LoginResult(LoginCode.Failure);
        if (cache.Find(credentials) is { } known)
            return LoggedIn(known);
        try
        {
            if (await service.FindUserAsync(credentials.Username, credentials.Password, cancellationToken) is not { } user)
                return new LoginResult(LoginCode.Failure);
            LoginResult result = LoggedIn(user);
            cache.Add(credentials, user);
            return result;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever is wrong with the service, the client is to come back. This does not count as a wrong password.
            LogServiceFailed(e);
            return new LoginResult(LoginCode.Busy, RetryAfter: TimeSpan.FromSeconds(5))
            {
                Text = "Logins do not work at the moment. Try again soon.",
            };
        }
    }

    private static LoginResult LoggedIn(ExternalUser user)
    {
        Claim[] claims = [new(ClaimTypes.Name, user.Name), .. user.Roles.Select(role => new Claim(ClaimTypes.Role, role))];
        return LoginResult.Ok(user.Name) with { User = new ClaimsPrincipal(new ClaimsIdentity(claims, nameof(LoginService))) };
    }

    [LoggerMessage(LogLevel.Error, "The login service has failed.")]
    private partial void LogServiceFailed(Exception exception);
}
