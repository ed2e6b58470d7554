namespace ServerLib.Clients;

/// <summary>The result of a login.</summary>
/// <param name="Alias">The user's name as registered.</param>
/// <param name="Greeting">The server's greeting.</param>
/// <param name="Id">The server's identifier for the connection; empty with the classic protocol.</param>
/// <param name="MaxFrame">The largest frame that the server accepts, in bytes. With the classic protocol, the largest text.</param>
internal sealed record SessionInfo(string Alias, string Greeting, string Id, int MaxFrame)
{
    /// <summary>What the client resumes the session with; <see langword="null"/> if the server does not keep it.</summary>
    public ResumeTicket? Resume { get; init; }
}
