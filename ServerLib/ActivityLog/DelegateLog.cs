namespace ServerLib;

/// <summary>An <see cref="ILog"/> that calls a function, such as the one that <c>Srv.GenerateLogger</c> returns.</summary>
/// <param name="logging">Gets each message. It must return at once, and must not throw.</param>
public sealed class DelegateLog(Action<string> logging) : ILog
{
    /// <inheritdoc/>
    public void Logging(string message) => logging(message);
}
