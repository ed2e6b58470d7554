namespace ServerLib.Diagnostics;

/// <summary>A call of a handler, as metrics and spans describe it.</summary>
/// <param name="User">The name of the user who has caused it.</param>
/// <param name="Kind">The kind of message, such as <c>room</c>.</param>
/// <param name="Method">The application's method or event; <see langword="null"/> for other kinds.</param>
internal readonly record struct HandlerCall(string User, string Kind, string? Method = null);
