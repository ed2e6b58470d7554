namespace ServerLib;

/// <summary>Makes a public method one that clients can call, if its class is added with <c>MapCalls</c>.</summary>
/// <param name="name">The name, 1 to 255 bytes of UTF-8. Default the method's name without <c>Async</c> at its end.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CallAttribute(string? name = null) : Attribute
{
    /// <summary>The name; <see langword="null"/> for the method's.</summary>
    public string? Name { get; } = name;

    /// <summary>The role that the caller must have. Default none.</summary>
    public string? Role { get; set; }
}
