namespace ServerLib;

/// <summary>An <see cref="ILog"/> made of a function, such as the one that <c>Srv.GenerateLogger</c> returns.</summary>
/// <param name="logging">Takes each message; must return at once and not throw.</param>
public sealed class DelegateLog(Action<string> logging) : ILog
{
    /// <inheritdoc/>
    public void Logging(string message) => logging(message);
}
