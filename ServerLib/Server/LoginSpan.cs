using System.Diagnostics;
using ServerLib.Authentication;
using ServerLib.Diagnostics;

namespace ServerLib.Server;

/// <summary>The span of a connection from its accept to the end of its login. It has no secrets, and a name only of a user who has logged in.</summary>
internal sealed class LoginSpan : IDisposable
{
    private readonly ServerTracing _tracing;
    private readonly Activity _span;
    private readonly Connection _client;
    private readonly ConnectionLogin _login;

    private LoginSpan(ServerTracing tracing, Activity span, Connection client, ConnectionLogin login)
    {
        _tracing = tracing;
        _span = span;
        _client = client;
        _login = login;
    }

    /// <summary>Begins the span. What the login causes is in it.</summary>
    /// <returns><see langword="null"/> if nobody wants it.</returns>
    public static LoginSpan? Begin(ServerTracing tracing, Connection client, ConnectionLogin login) =>
        tracing.BeginLogin(client.ConnectedAt) is { } span ? new LoginSpan(tracing, span, client, login) : null;

    public void Dispose()
    {
        bool isLoggedIn = _client is { IsLoggedIn: true, Reason: DisconnectReason.None };
        _span.SetTag("serverlib.login.outcome", isLoggedIn ? "LoggedIn" : _client.Reason.ToString());
        _span.SetTag("serverlib.login.result", _login.LastAttempt?.Result.Code.ToString());
        _span.SetTag("serverlib.protocol", _client.Link.Protocol is null ? null : _client.IsClassic ? "classic" : "compact");
        _span.SetTag("serverlib.tls", _client.IsSecure);
        if (isLoggedIn)
            _span.SetTag("user.name", _client.Alias);
        else if (_client.Reason is DisconnectReason.None or DisconnectReason.ServerError)
            _span.SetStatus(ActivityStatusCode.Error);
        _tracing.End(_span);
    }
}
