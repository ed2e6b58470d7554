namespace ServerLib.Administration.History;

/// <summary>An argument of <c>history</c> is invalid.</summary>
/// <param name="message">What is wrong, and what is allowed.</param>
internal sealed class HistoryUsageException(string message) : Exception(message);
