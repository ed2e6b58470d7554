namespace ServerLib;

/// <summary>An <see cref="ILog"/> that calls a function, such as the result of <c>Srv.GenerateLogger</c>.</summary>
/// <param name="logging">Called with each message. It must return at once, and must not throw.</param>
public sealed class DelegateLog(Action<string> logging) : ILog
{
    /// <inheritdoc/>
    public void Logging(string message) => logging(message);
}
