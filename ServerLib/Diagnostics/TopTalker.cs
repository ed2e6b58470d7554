namespace ServerLib;

/// <summary>A connection whose client has sent much.</summary>
/// <param name="Alias">The user's name; empty before the login.</param>
/// <param name="Address">The client's end point.</param>
/// <param name="Messages">The messages that the client has sent in <see cref="TrafficReport.TalkersWindow"/>.</param>
/// <param name="Bytes">The bytes that the client has sent in that time.</param>
public sealed record TopTalker(string Alias, string Address, long Messages, long Bytes);
