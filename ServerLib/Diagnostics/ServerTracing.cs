using System.Diagnostics;

namespace ServerLib.Diagnostics;

/// <summary>The spans of one server: the activity source <c>ServerLib</c>. Costs nothing if nobody listens.</summary>
/// <param name="server">The server's name, which spans have as a tag; empty for the only one.</param>
/// <param name="slow">The threshold: handler calls that take at least this long get a span.</param>
/// <param name="time">The clock.</param>
internal sealed class ServerTracing(string server, Func<TimeSpan> slow, TimeProvider time) : IDisposable
{
    private readonly ActivitySource _source = new(ServerMetrics.Name);

    /// <summary>Whether somebody listens.</summary>
    public bool HasListeners => _source.HasListeners();

    /// <summary>Begins the span of a connection's login.</summary>
    /// <param name="accepted">When the connection was accepted.</param>
    /// <returns>The span; <see langword="null"/> if nobody wants it. End it with <see cref="End"/>.</returns>
    public Activity? BeginLogin(DateTimeOffset accepted) => Start("serverlib.login", accepted);

    /// <summary>Ends a span now.</summary>
    public void End(Activity span)
    {
        span.SetEndTime(time.GetUtcNow().UtcDateTime);
        span.Dispose();
    }

    /// <summary>Creates the span of a handler call that has ended, if it was slow.</summary>
    public void Handled(TimeSpan duration, HandlerCall call, Exception? failure)
    {
        if (duration < slow() || !HasListeners || Start("serverlib.handler", time.GetUtcNow() - duration) is not { } span)
            return;
        span.SetTag("serverlib.handler.kind", call.Kind);
        span.SetTag("serverlib.handler.method", call.Method);
        span.SetTag("user.name", call.User);
        if (failure is not null)
        {
            span.SetTag("error.type", failure.GetType().FullName);
            span.SetStatus(ActivityStatusCode.Error);
        }

        End(span);
    }

    public void Dispose() => _source.Dispose();

    private Activity? Start(string name, DateTimeOffset start)
    {
        Activity? span = _source.StartActivity(name, ActivityKind.Server, parentContext: default, startTime: start);
        if (server.Length > 0)
            span?.SetTag("serverlib.server", server);
        return span;
    }
}
