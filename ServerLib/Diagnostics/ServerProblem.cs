namespace ServerLib;

/// <summary>Something that an admin has to repair.</summary>
/// <param name="Name">The part that does not work, in lower case with hyphens, such as <c>audit-trail</c>.</param>
/// <param name="Since">When it was first reported.</param>
/// <param name="Reason">What is wrong, with control characters escaped.</param>
public sealed record ServerProblem(string Name, DateTimeOffset Since, string Reason);
