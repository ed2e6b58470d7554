namespace ServerLib;

/// <summary>An event as it is sent.</summary>
/// <param name="Name">The event's name, 1 to 255 bytes of UTF-8.</param>
/// <param name="Body">The event's data, as the <see cref="IBodySerializer"/> has written it. Default none.</param>
public readonly record struct EventMessage(string Name, ReadOnlyMemory<byte> Body = default);
