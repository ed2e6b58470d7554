namespace ServerLib.Hosting;

/// <summary>The key of a server's services.</summary>
internal static class ServiceKey
{
    /// <returns>The name; <see langword="null"/>, which means no key, for the server without a name.</returns>
    public static object? Of(string name) => name.Length == 0 ? null : name;
}
